import type { Job } from '../../jobs/job.ts';
import { NOTHING_LEFT, type Planned, type Planner } from '../../jobs/planner.ts';
import { removalStep } from '../rules/decide-activity.ts';
import type { Rule } from '../rules/rule.ts';
import { acquireRun, closeRun } from '../runs/acquire-run.ts';
import { codeOfEnd } from '../runs/run-end-codes.ts';
import { beginSweep } from './begin-sweep.ts';
import { endSweep, type SweepContext, type SweepPlannerDeps, writePlan } from './end-sweep.ts';
import { advanceCheckpoint, encodeCheckpoint, holdBackPages, readSweepCheckpoint } from './sweep-checkpoint.ts';
import { isCompleted } from './sweep-state.ts';
import { Sweeper } from './sweeper.ts';

/** A sweep that removes what it finds, or one that only plans it: both go the same way through the portal. */
export function planSweep(deps: SweepPlannerDeps): Planner {
  const sweeper = new Sweeper();
  return async (job, ask) => {
    const { task, portal, cursor } = job;
    if (task.kind !== 'sweep' && task.kind !== 'plan') return NOTHING_LEFT;
    const named = task.kind === 'plan' ? task.rules : undefined;
    const wanted = named ?? JSON.stringify(await deps.rulesOf(portal));
    const run = await acquireRun(job, async () => wanted, deps);
    const rules = JSON.parse(run.rules) as Rule[]; // written by holdRun
    const work = workOf(job);
    const checkpoint = readSweepCheckpoint(cursor, run.rules) ?? (await beginSweep(work, run, rules, deps));
    if (typeof checkpoint === 'string') {
      await closeRun(portal, { ...run, why: checkpoint }, deps);
      return { ...NOTHING_LEFT, code: codeOfEnd(checkpoint) };
    }

    const isTimeUp = task.until !== undefined && deps.clock.now() >= task.until;
    const context = { ...work, run, rules, checkpoint: isTimeUp ? holdBackPages(checkpoint) : checkpoint, deps };
    if (run.stopping) return await endSweep(context, 'stopped');
    // A plan shows the rules it was made by. A sweep must stop when the rules are changed.
    if (work.plan === null && run.rules !== wanted) return await endSweep(context, 'rules_changed');
    const { state, refusal } = await sweeper.sweep(context.checkpoint.state, { ...deps, portal, rules, ask });
    const seen = { ...context.checkpoint, refusal: checkpoint.refusal ?? refusal };
    const advanced = { ...context, checkpoint: advanceCheckpoint(seen, state) };
    return work.plan === null ? await planRemovals(advanced) : await addToPlan(advanced, work.plan);
  };
}

const workOf = ({ id, portal, task }: Job) => ({
  id,
  portal,
  plan: task.kind === 'plan' ? task.plan : null,
  isScheduled: (task.kind === 'sweep' || task.kind === 'plan') && task.until !== undefined,
});

async function planRemovals(context: SweepContext): Promise<Planned> {
  const { checkpoint } = context;
  const { decided } = checkpoint.state;
  if (decided.length === 0 && isCompleted(checkpoint.state)) return await endSweep(context);

  const after = (done: number) =>
    encodeCheckpoint({ ...checkpoint, state: { ...checkpoint.state, decided: decided.slice(done) } });
  return {
    steps: decided.map(({ activityId, element, rule }, index) =>
      removalStep(activityId, { element, rule: context.rules[rule]?.name ?? '' }, () => after(index + 1)),
    ),
    checkpoint: after(decided.length),
    code: checkpoint.refusal,
  };
}

/** Adds what was found to the plan, page by page; after a crash the same page is written again. */
async function addToPlan(context: SweepContext, plan: string): Promise<Planned> {
  const { portal, rules, checkpoint, deps } = context;
  const { decided, plannedCount } = checkpoint.state;
  const items = decided.map(({ activityId, element, rule }) => ({
    activityId,
    element,
    rule: rules[rule]?.name ?? '',
  }));
  if (items.length > 0) await deps.plans.addItems(portal, plan, plannedCount, items);

  const byRule = { ...checkpoint.byRule };
  for (const { rule } of items) byRule[rule] = (byRule[rule] ?? 0) + 1;
  const next = {
    ...checkpoint,
    byRule,
    state: { ...checkpoint.state, decided: [], plannedCount: plannedCount + items.length },
  };
  if (isCompleted(next.state)) return await endSweep({ ...context, checkpoint: next });
  await writePlan({ ...context, checkpoint: next }, plan, null);
  return { steps: [], checkpoint: encodeCheckpoint(next), code: checkpoint.refusal };
}
