import type { Clock } from '../clock.ts';
import { commandOf } from '../unbind/command.ts';
import type { Cursor, Job } from '../unbind/job.ts';
import type { JobStore } from '../unbind/job-store.ts';
import type { OutcomeStore } from '../unbind/outcome-store.ts';
import { type Ask, NOTHING_LEFT, type Planned, type Planner, type Step } from '../unbind/planner.ts';
import { closeRun, holdRun } from './hold-run.ts';
import { KnownFacts } from './known-facts.ts';
import { prepareRule } from './matches.ts';
import type { PairMarks } from './pair-marks.ts';
import type { Plan, PlanItem, PlanStore } from './plan-store.ts';
import { STOPPED } from './plan-sweep.ts';
import { recheckItems } from './recheck-items.ts';
import { callsOf, type RulesByName, readsFor } from './recheck-reads.ts';
import type { Rule } from './rule.ts';
import type { RunStore } from './run-store.ts';
import type { StageDirectories } from './stage-directory.ts';

export type ApplyMeans = {
  readonly plans: PlanStore;
  readonly runs: RunStore;
  readonly outcomes: Pick<OutcomeStore, 'known'>;
  readonly jobs: Pick<JobStore, 'read'>;
  readonly marks: PairMarks;
  readonly stages: StageDirectories;
  readonly clock: Clock;
};

/** Items below `next` are through; those below `checkedTo` were looked at again at `checkedAt` (ms). */
type Place = {
  readonly next: number;
  readonly checkedTo: number;
  readonly checkedAt: number;
  /** How long a call of that took, ms; 0: not known yet. */
  readonly callMs: number;
  /** Items behind `next` that are left alone, and why. */
  readonly skips: { readonly [item: string]: string };
};

/** Steps that fill a request. */
const ENOUGH = 50;
/** Checked at a time: as many items as four full requests of reads allow, one when the portal is slow. */
const MOST_CALLS = 200;
const LEAST_CALLS = 50;
const CHECK_MS = 10_000;
const MOST_CHECKED = 1_000;
/** A check that is older is done again. */
const FRESH_MS = 60_000;

/** Does exactly what a plan says, as far as it still holds (D§6). */
export const planApply =
  (means: ApplyMeans): Planner =>
  async (job, ask) => {
    const { task, portal } = job;
    if (task.kind !== 'apply') return NOTHING_LEFT;
    const plan = await means.plans.read(portal, task.plan);
    if (plan === null) {
      await closeRun(portal, { id: job.id, since: means.clock.now(), why: 'plan_gone' }, means);
      return { ...NOTHING_LEFT, code: 'PLAN_NOT_FOUND' };
    }

    const run = await holdRun(job, async () => plan.rules, means);
    const place = placeOf(job.cursor) ?? { next: plan.done, checkedTo: plan.done, checkedAt: 0, callMs: 0, skips: {} };
    await means.plans.noteApplied(portal, plan.id, job.id, place.next);
    const isThrough = place.next >= plan.items;
    if (run.stopping || isThrough) {
      await closeRun(portal, { ...run, why: isThrough ? 'through' : 'stopped', done: place.next }, means);
      return { ...NOTHING_LEFT, code: isThrough ? null : STOPPED };
    }
    return await nextSteps(job, plan, await checked(portal, plan, place, ask, means), means);
  };

/** Checks ahead, so that reads fill their requests as well as removals do. */
async function checked(portal: string, plan: Plan, place: Place, ask: Ask, means: ApplyMeans): Promise<Place> {
  const { plans, stages, marks, clock } = means;
  const now = clock.now();
  const fresh = now - place.checkedAt < FRESH_MS ? place : { ...place, checkedTo: place.next, skips: {} };
  const enough = fresh.checkedTo - fresh.next >= ENOUGH || fresh.checkedTo >= plan.items;
  if (enough) return fresh;

  const written = JSON.parse(plan.rules) as Rule[]; // written by the run that made the plan
  const rules = new Map(written.map((rule) => [rule.name, prepareRule(rule, now)]));
  const { items } = await plans.page(portal, plan.id, fresh.checkedTo, MOST_CHECKED);
  const most = fresh.callMs === 0 ? LEAST_CALLS : Math.floor(CHECK_MS / fresh.callMs);
  const window = fittingItems(items, rules, Math.max(LEAST_CALLS, Math.min(MOST_CALLS, most)));
  const facts = new KnownFacts(await stages.of(portal, written, ask));
  const reasons = await recheckItems(window, { portal, ask, rules, facts, marks, now });
  const found = reasons.flatMap((reason, index) =>
    reason === null ? [] : [[fresh.checkedTo + index, reason] as const],
  );
  return {
    ...fresh,
    checkedTo: fresh.checkedTo + window.length,
    checkedAt: now,
    callMs: Math.max(1, (clock.now() - now) / callsOf(readsFor(window, rules))),
    skips: { ...fresh.skips, ...Object.fromEntries(found) },
  };
}

/** The most items, from the first on, that can be checked with the calls there are. */
function fittingItems(items: readonly PlanItem[], rules: RulesByName, mostCalls: number): readonly PlanItem[] {
  let fits = Math.min(items.length, ENOUGH);
  let tooMany = items.length + 1;
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (callsOf(readsFor(items.slice(0, middle), rules)) <= mostCalls) fits = middle;
    else tooMany = middle;
  }
  return items.slice(0, fits);
}

/** An item that this run has an outcome of is through: a page of the plan can hold it twice. */
async function nextSteps(job: Job, plan: Plan, place: Place, { plans, outcomes }: ApplyMeans): Promise<Planned> {
  const { items } = await plans.page(
    job.portal,
    plan.id,
    place.next,
    Math.min(2 * ENOUGH, place.checkedTo - place.next),
  );
  const idOf = ({ activityId, element }: PlanItem): string => commandOf(job.id, 'unbind', activityId, element).id;
  const through = new Set((await outcomes.known(job.portal, items.map(idOf))).keys());

  const steps: Step[] = [];
  let changes = 0;
  let at = place.next;
  for (const item of items) {
    if (changes >= ENOUGH) break;
    const skip = place.skips[at] ?? null;
    at += 1;
    if (through.has(idOf(item))) continue;
    through.add(idOf(item));
    if (skip === null) changes += 1;
    const { activityId, element, rule } = item;
    steps.push({ action: 'unbind', activityId, element, rule, skip, cursor: cursorOf({ ...place, next: at }) });
  }
  return { steps, cursor: cursorOf({ ...place, next: at }), code: null };
}

function cursorOf({ next, checkedTo, checkedAt, callMs, skips }: Place): Cursor {
  const ahead = Object.entries(skips).filter(([item]) => Number(item) >= next);
  return { next, checkedTo, checkedAt, callMs, skips: JSON.stringify(Object.fromEntries(ahead)) };
}

function placeOf(cursor: Cursor | null): Place | null {
  if (cursor === null) return null;
  return {
    next: Number(cursor.next),
    checkedTo: Number(cursor.checkedTo),
    checkedAt: Number(cursor.checkedAt),
    callMs: Number(cursor.callMs),
    skips: JSON.parse(String(cursor.skips)) as Place['skips'], // written above
  };
}
