import { type Element, sameElement } from '../../bitrix24/crm/element.ts';
import { MOST_BINDINGS } from '../../bitrix24/limits.ts';
import type { Clock } from '../../clock.ts';
import type { Job } from '../../jobs/job.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import type { Outcome } from '../../jobs/outcome.ts';
import type { OutcomeStore } from '../../jobs/outcome-store.ts';
import { type Ask, NOTHING_LEFT, type Planned, type Planner, roomOf, type Step } from '../../jobs/planner.ts';
import { type BindingsRead, readBindingsOf } from '../rules/decide-activities.ts';
import type { ExemptionStore, Pair } from '../rules/exemption-store.ts';
import { KnownFacts } from '../rules/known-facts.ts';
import { NO_STAGES } from '../rules/stage-directory.ts';
import { acquireRun, closeRun } from '../runs/acquire-run.ts';
import { STOPPED } from '../runs/run-end-codes.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { SkipCode } from '../runs/skip-code.ts';
import { isUndoable, type UndoItem, undoPage } from './undo-page.ts';

export type UndoDeps = {
  readonly outcomes: Pick<OutcomeStore, 'known' | 'pageOfJob'>;
  readonly runs: RunStore;
  readonly jobs: Pick<JobStore, 'read'>;
  readonly exemptions: ExemptionStore;
  readonly clock: Clock;
};

/** Binds again what was unbound, as far as possible, and keeps rules from removing it again (D§6). */
export const planUndo =
  (deps: UndoDeps): Planner =>
  async (job, ask) => {
    if (job.task.kind !== 'undo') return NOTHING_LEFT;
    const run = await acquireRun(job, async () => '[]', deps);
    const page = (await undoPage(job, deps)).slice(0, roomOf(ask));
    if (run.stopping || page.length === 0) {
      const isCompleted = page.length === 0;
      await closeRun(job.portal, { ...run, why: isCompleted ? 'completed' : 'stopped' }, deps);
      return { ...NOTHING_LEFT, code: isCompleted ? null : STOPPED };
    }
    return await stepsFor(job, page, ask, deps);
  };

async function stepsFor(
  job: Job,
  page: readonly UndoItem[],
  ask: Ask,
  { exemptions, clock }: UndoDeps,
): Promise<Planned> {
  const facts = new KnownFacts(NO_STAGES);
  const outcomes = page.map(({ outcome }) => outcome).filter(isUndoable);
  const elements = outcomes.map(elementOf);
  const activities = [...new Set(outcomes.map(({ activityId }) => activityId))];
  const [bound] = await Promise.all([readBindingsOf(activities, ask), facts.read(elements, ask)]);
  const absent = elements.filter((element) => facts.of(element)?.state === 'absent');
  await facts.read(absent, ask);

  const steps = page.map(({ outcome, checkpoint }): Step => {
    const element = elementOf(outcome);
    const skip = skipCodeOf(outcome, bound, facts);
    if (skip === null) bound.bound.get(outcome.activityId)?.push(element);
    return { action: 'bind', activityId: outcome.activityId, element, skip, checkpointAfter: () => checkpoint };
  });
  // Before anything is bound: the event of a new binding must find the exemption.
  await exemptions.exempt(job.portal, steps.filter(({ skip }) => skip === null).map(pairOf), job.id, clock.now());
  return { steps, checkpoint: page.at(-1)?.checkpoint ?? null, code: null };
}

const elementOf = ({ entityTypeId, entityId }: Outcome): Element => ({ entityTypeId, entityId });

const pairOf = ({ activityId, element }: Step): Pair => ({ activityId, element });

/** Catches what Bitrix24 would do wrong silently; what it refuses is left to it. */
function skipCodeOf(outcome: Outcome, { bound, missing }: BindingsRead, facts: KnownFacts): SkipCode | null {
  if (!isUndoable(outcome)) return 'NOT_UNBOUND';
  if (missing.has(outcome.activityId)) return 'ACTIVITY_GONE';
  const bindings = bound.get(outcome.activityId);
  if (bindings === undefined) return 'UNREADABLE';
  const element = elementOf(outcome);
  // An administrator may bind to an element that does not exist (B§2.1).
  if (facts.of(element)?.state === 'missing') return 'ELEMENT_GONE';
  if (bindings.some((bound) => sameElement(bound, element))) return null;
  return bindings.length >= MOST_BINDINGS ? 'TOO_MANY_BINDINGS' : null;
}
