import type { Clock } from '../../clock.ts';
import { commandOf } from '../../jobs/command.ts';
import type { Job } from '../../jobs/job.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import type { Outcome } from '../../jobs/outcome.ts';
import type { OutcomeStore } from '../../jobs/outcome-store.ts';
import { type Ask, NOTHING_LEFT, type Planned, type Planner, roomOf, type Step } from '../../jobs/planner.ts';
import { originalId } from '../../jobs/redrive.ts';
import { CHECK_HOLDS_MS, CHECK_MS, ENOUGH_STEPS, MOST_CHECK_CALLS, MOST_PLAN_ITEMS } from '../policy.ts';
import type { ExemptionStore } from '../rules/exemption-store.ts';
import { KnownFacts } from '../rules/known-facts.ts';
import { prepareRule } from '../rules/prepared-rule.ts';
import type { Rule } from '../rules/rule.ts';
import type { StageDirectories } from '../rules/stage-directory.ts';
import { acquireRun, closeRun } from '../runs/acquire-run.ts';
import type { Plan, PlanItem, PlanStore } from '../runs/plan-store.ts';
import { PLAN_NOT_FOUND, STOPPED } from '../runs/run-end-codes.ts';
import type { RunEnd, RunStore } from '../runs/run-store.ts';
import type { SkipCode } from '../runs/skip-code.ts';
import { type ApplyCheckpoint, encodeCheckpoint, initialCheckpoint, readApplyCheckpoint } from './apply-checkpoint.ts';
import { recheckItems } from './recheck-items.ts';
import { callsOf, type RulesByName, readsFor } from './recheck-reads.ts';

export type ApplyDeps = {
  readonly plans: PlanStore;
  readonly runs: RunStore;
  readonly outcomes: Pick<OutcomeStore, 'known'>;
  readonly jobs: Pick<JobStore, 'read'>;
  readonly exemptions: ExemptionStore;
  readonly stages: StageDirectories;
  readonly clock: Clock;
};

/** Removes exactly what a plan lists, as far as the rules still match (D§6). */
export const planApply =
  (deps: ApplyDeps): Planner =>
  async (job, ask) => {
    const { task, portal } = job;
    if (task.kind !== 'apply') return NOTHING_LEFT;
    const plan = await deps.plans.read(portal, task.plan);
    if (plan === null) {
      await closeRun(portal, { id: job.id, since: deps.clock.now(), why: 'plan_gone' }, deps);
      return { ...NOTHING_LEFT, code: PLAN_NOT_FOUND };
    }

    const run = await acquireRun(job, async () => plan.rules, deps);
    const checkpoint = readApplyCheckpoint(job.cursor) ?? beginningOf(job, plan);
    const { next, done, unread } = checkpoint;
    await deps.plans.noteApplied(portal, plan.id, job.id, { done, next: unread ?? next });
    const isCompleted = next >= plan.items;
    if (run.stopping || isCompleted) {
      const why: RunEnd = !isCompleted ? 'stopped' : unread === null ? 'completed' : 'unreadable';
      const code = unread === null ? null : checkpoint.refusal;
      await closeRun(portal, { ...run, why, done, code }, deps);
      return { ...NOTHING_LEFT, code: isCompleted ? code : STOPPED };
    }
    const steps = await nextSteps(job, plan, await checkAhead(portal, plan, checkpoint, ask, deps), deps);
    if (steps !== null) return steps;
    await closeRun(portal, { ...run, why: 'plan_gone', done, code: checkpoint.refusal }, deps);
    return { ...NOTHING_LEFT, code: PLAN_NOT_FOUND };
  };

/** A run that is redriven passes all items once more, for those that failed. */
const beginningOf = ({ id }: Job, plan: Plan): ApplyCheckpoint =>
  originalId(id) === id ? initialCheckpoint(plan) : { ...initialCheckpoint(plan), next: 0, checkedTo: 0, again: true };

/** Checks many items ahead, so that reads fill their requests as removals do. Items left over are checked again. */
async function checkAhead(
  portal: string,
  plan: Plan,
  checkpoint: ApplyCheckpoint,
  ask: Ask,
  deps: ApplyDeps,
): Promise<ApplyCheckpoint> {
  const { plans, stages, exemptions, clock } = deps;
  const now = clock.now();
  const { next, checkedTo, callMs } = checkpoint;
  const isEnough = checkedTo - next >= Math.min(ENOUGH_STEPS, roomOf(ask)) || checkedTo >= plan.items;
  if (isEnough && now - checkpoint.checkedAt < CHECK_HOLDS_MS) return checkpoint;

  const written = JSON.parse(plan.rules) as Rule[]; // written by the run that made the plan
  const rules = new Map(written.map((rule) => [rule.name, prepareRule(rule, now)]));
  // After a crash the plan may hold more items than it counts, which nobody was shown.
  const { items } = await plans.page(portal, plan.id, next, Math.min(MOST_PLAN_ITEMS, plan.items - next));
  const least = roomOf(ask);
  const most = callMs === 0 ? least : Math.floor(CHECK_MS / callMs);
  const fits = fittingItems(
    items,
    rules,
    Math.max(least, Math.min(MOST_CHECK_CALLS, most)),
    Math.min(least, ENOUGH_STEPS),
  );
  const window = items.slice(0, wholeActivities(items, fits, next + items.length >= plan.items));
  const directory = await stages.of(portal, written, ask);
  const facts = new KnownFacts(directory);
  const reasons = await recheckItems(window, { portal, ask, rules, facts, directory, exemptions, now });
  const skips = reasons.flatMap((one, index) => (one === null ? [] : [[next + index, one.skip] as const]));
  return {
    ...checkpoint,
    checkedTo: next + window.length,
    checkedAt: now,
    callMs: Math.max(1, (clock.now() - now) / Math.max(1, callsOf(readsFor(window, rules)))),
    skips: Object.fromEntries(skips),
    refusal: checkpoint.refusal ?? reasons.find((one) => one?.refusal)?.refusal ?? null,
  };
}

/** How many items, from the first on, can be checked with so many calls; never fewer than `least`. */
function fittingItems(items: readonly PlanItem[], rules: RulesByName, mostCalls: number, least: number): number {
  let fits = Math.min(items.length, least);
  let tooMany = items.length + 1;
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (callsOf(readsFor(items.slice(0, middle), rules)) <= mostCalls) fits = middle;
    else tooMany = middle;
  }
  return fits;
}

/**
 * How many items to check so that those of one activity, which a plan holds side by side, are checked together: none may rely
 * on a binding that the next one removes. `isEnd`: the plan has no more items.
 */
function wholeActivities(items: readonly PlanItem[], fits: number, isEnd: boolean): number {
  const cuts = (at: number): boolean =>
    at === items.length ? !isEnd : items[at - 1]?.activityId === items[at]?.activityId;
  let end = fits;
  while (end > 0 && cuts(end)) end -= 1;
  if (end > 0) return end;
  for (end = fits; end < items.length && cuts(end); ) end += 1;
  return end;
}

const UNREADABLE: SkipCode = 'UNREADABLE';
const isUnread = (outcome: Outcome | undefined): boolean => outcome?.code === UNREADABLE;

/**
 * An item with an outcome of this run is passed: a plan can hold it twice. Items that could not be read are recorded as such,
 * and the next run of the plan begins at the first of them; what earlier runs have done after that item stays done. null: the
 * plan counts more items than there are, as they have expired before it.
 */
async function nextSteps(
  job: Job,
  plan: Plan,
  checkpoint: ApplyCheckpoint,
  { plans, outcomes }: ApplyDeps,
): Promise<Planned | null> {
  const count = Math.min(2 * ENOUGH_STEPS, checkpoint.checkedTo - checkpoint.next);
  const { items } = await plans.page(job.portal, plan.id, checkpoint.next, count);
  if (items.length === 0) return null;
  const own = await outcomes.known(job.portal, items.map(idIn(job.id)));
  const doneEarlier = checkpoint.again ? await readEarlierOutcomes(job, plan, items, outcomes) : new Set<PlanItem>();
  const idOf = idIn(job.id);

  const steps: Step[] = [];
  const met = new Set<string>();
  let changes = 0;
  let at = checkpoint;
  for (const item of items) {
    if (changes >= ENOUGH_STEPS) break;
    const isPassed = own.has(idOf(item)) || met.has(idOf(item)) || doneEarlier.has(item);
    const skip = checkpoint.skips[at.next] ?? null;
    const isLeft = isPassed ? isUnread(own.get(idOf(item))) : skip === UNREADABLE;
    at = {
      ...at,
      next: at.next + 1,
      unread: at.unread ?? (isLeft ? at.next : null),
      done: Math.min(plan.items, at.done + (isLeft || doneEarlier.has(item) ? 0 : 1)),
    };
    if (isPassed) continue;
    met.add(idOf(item));
    if (skip === null) changes += 1;
    const { activityId, element, rule } = item;
    const after = at;
    steps.push({ action: 'unbind', activityId, element, rule, skip, checkpointAfter: () => encodeCheckpoint(after) });
  }
  return { steps, checkpoint: encodeCheckpoint(at), code: null };
}

const idIn =
  (run: string) =>
  ({ activityId, element }: PlanItem): string =>
    commandOf(run, 'unbind', activityId, element).id;

async function readEarlierOutcomes(
  { id, portal }: Job,
  { applied }: Plan,
  items: readonly PlanItem[],
  outcomes: ApplyDeps['outcomes'],
): Promise<ReadonlySet<PlanItem>> {
  const doneEarlier = new Set<PlanItem>();
  for (const run of applied.filter((other) => other !== id)) {
    const known = await outcomes.known(portal, items.map(idIn(run)));
    for (const item of items) {
      const outcome = known.get(idIn(run)(item));
      if (outcome !== undefined && outcome.status !== 'failed' && !isUnread(outcome)) doneEarlier.add(item);
    }
  }
  return doneEarlier;
}
