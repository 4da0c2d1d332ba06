import type { Element } from '../../bitrix24/crm/element.ts';
import type { Job } from '../../jobs/job.ts';
import { type Ask, NOTHING_LEFT, type Planned, type Planner } from '../../jobs/planner.ts';
import { decideActivities, firstRefusal, readBindingsOf } from '../rules/decide-activities.ts';
import { decideActivity, removalStep } from '../rules/decide-activity.ts';
import { NO_EXEMPTIONS } from '../rules/exemption-store.ts';
import { KnownFacts } from '../rules/known-facts.ts';
import type { RuleDeps } from '../rules/portal-rules.ts';
import { type PreparedRule, prepareRule } from '../rules/prepared-rule.ts';
import type { Rule } from '../rules/rule.ts';
import { NO_STAGES } from '../rules/stage-directory.ts';
import type { ReadActivity } from './batched-activity-reads.ts';
import type { IsOwnChange } from './own-changes.ts';

export type ActivityChangedDeps = RuleDeps & { readonly isOwnChange: IsOwnChange; readonly readActivity: ReadActivity };

/** An activity changed: removes those of its bindings that a rule matches now. Goes by the state, never by the event (B§5.7). */
export const planActivityChanged =
  (deps: ActivityChangedDeps): Planner =>
  async (job, ask) => {
    const { task, portal } = job;
    if (task.kind !== 'activity_changed') return NOTHING_LEFT;
    const rules = await deps.rulesOf(portal);
    if (rules.length === 0) return NOTHING_LEFT;
    // Removing a binding never makes a rule match that did not match before, as every rule requires other bindings. So an
    // event of our own unbinding needs no work (B§5.7).
    if (await deps.isOwnChange(portal, task.activityId, job)) return NOTHING_LEFT;
    return await planActivity(task.activityId, rules, job, { ...deps, ask });
  };

/** Takes two requests for any number of activities planned together: their bindings, then everything else that matters. */
async function planActivity(
  activityId: number,
  rules: readonly Rule[],
  { portal }: Job,
  { ask, clock, exemptions, stages, readActivity }: ActivityChangedDeps & { readonly ask: Ask },
): Promise<Planned> {
  const now = clock.now();
  const prepared = rules.map((rule) => prepareRule(rule, now));
  const { bound, refused } = await readBindingsOf([activityId], ask);
  const questions = questionsOf(bound.get(activityId) ?? [], prepared, now);
  // The next sweep looks again at what could not be read; the job keeps its code.
  if (questions === null) return { ...NOTHING_LEFT, code: firstRefusal(refused) };

  const directory = await stages.of(portal, rules, ask);
  const facts = new KnownFacts(directory);
  const [read] = await Promise.all([readActivity(activityId, ask), facts.read(questions, ask)]);
  const activities = read.ok && read.activity !== null ? [read.activity] : [];

  const evaluated = await decideActivities(activities, bound, { portal, ask, rules: prepared, facts, exemptions, now });
  const removals = evaluated.flatMap((one) => one.removals);
  const refusal = (read.ok ? null : read.code) ?? directory.refusal ?? facts.refusal;
  return { steps: removals.map((removal) => removalStep(activityId, removal)), checkpoint: null, code: refusal };
}

/** The elements whose facts are needed; null: no rule can match any binding, whatever the activity is like. */
function questionsOf(
  bindings: readonly Element[],
  rules: readonly PreparedRule[],
  now: number,
): readonly Element[] | null {
  const factsOf = new KnownFacts(NO_STAGES).of;
  const decision = decideActivity({ updatedAt: null, bindings, rules, exemptions: NO_EXEMPTIONS, factsOf, now });
  if (decision.kind === 'needs') return decision.elements;
  return decision.removals.length > 0 ? [] : null;
}
