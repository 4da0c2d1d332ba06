import type { Job } from '../../jobs/job.ts';
import { NOTHING_LEFT, type Planned, type Planner } from '../../jobs/planner.ts';
import { removalStep } from '../rules/removal-step.ts';
import type { Rule } from '../rules/rule.ts';
import { closeRun, holdRun } from '../runs/acquire-run.ts';
import { codeOfEnd } from '../runs/run-end-codes.ts';
import { beginSweep } from './begin-sweep.ts';
import { endSweep, type SweepPlannerMeans, type SweepTurn, writePlan } from './end-sweep.ts';
import { Sweeper } from './sweep.ts';
import { advanced, cursorOf, drained, placeOf } from './sweep-checkpoint.ts';
import { isThrough } from './sweep-state.ts';

/** A sweep that removes what it finds, or one that only plans it: the same way through the portal. */
export function planSweep(means: SweepPlannerMeans): Planner {
  const sweeper = new Sweeper();
  return async (job, ask) => {
    const { task, portal, cursor } = job;
    if (task.kind !== 'sweep' && task.kind !== 'plan') return NOTHING_LEFT;
    const named = task.kind === 'plan' ? task.rules : undefined;
    const wanted = named ?? JSON.stringify(await means.rulesOf(portal));
    const run = await holdRun(job, async () => wanted, means);
    const rules = JSON.parse(run.rules) as Rule[]; // written by holdRun
    const work = workOf(job);
    const place = placeOf(cursor, run.rules) ?? (await beginSweep(work, run, rules, means));
    if (typeof place === 'string') {
      await closeRun(portal, { ...run, why: place }, means);
      return { ...NOTHING_LEFT, code: codeOfEnd(place) };
    }

    const timeIsUp = task.until !== undefined && means.clock.now() >= task.until;
    const turn = { ...work, run, rules, place: timeIsUp ? drained(place) : place, means };
    if (run.stopping) return await endSweep(turn, 'stopped');
    // A plan shows by which rules it was made; a sweep must not go on with rules that somebody has changed.
    if (work.plan === null && run.rules !== wanted) return await endSweep(turn, 'rules_changed');
    const { state, refusal } = await sweeper.sweep(turn.place.state, { ...means, portal, rules, ask });
    const seen = { ...turn.place, refusal: place.refusal ?? refusal };
    const swept = { ...turn, place: advanced(seen, state) };
    return work.plan === null ? await removed(swept) : await planned(swept, work.plan);
  };
}

const workOf = ({ id, portal, task }: Job) => ({
  id,
  portal,
  plan: task.kind === 'plan' ? task.plan : null,
  isScheduled: (task.kind === 'sweep' || task.kind === 'plan') && task.until !== undefined,
});

async function removed(turn: SweepTurn): Promise<Planned> {
  const { place } = turn;
  const { decided } = place.state;
  if (decided.length === 0 && isThrough(place.state)) return await endSweep(turn);

  const after = (done: number) => cursorOf({ ...place, state: { ...place.state, decided: decided.slice(done) } });
  return {
    steps: decided.map(({ activityId, element, rule }, index) => {
      const step = removalStep(activityId, { element, rule: turn.rules[rule]?.name ?? '' }, {});
      // The place as a text is needed for the last step that fits only.
      return Object.defineProperty({ ...step }, 'cursor', { get: () => after(index + 1), enumerable: true });
    }),
    cursor: after(decided.length),
    code: place.refusal,
  };
}

/** What was found goes into the plan, page by page; a page that is made again replaces itself. */
async function planned(turn: SweepTurn, plan: string): Promise<Planned> {
  const { portal, rules, place, means } = turn;
  const { decided, plannedCount } = place.state;
  const items = decided.map(({ activityId, element, rule }) => ({
    activityId,
    element,
    rule: rules[rule]?.name ?? '',
  }));
  if (items.length > 0) await means.plans.addItems(portal, plan, plannedCount, items);

  const byRule = { ...place.byRule };
  for (const { rule } of items) byRule[rule] = (byRule[rule] ?? 0) + 1;
  const next = { ...place, byRule, state: { ...place.state, decided: [], plannedCount: plannedCount + items.length } };
  if (isThrough(next.state)) return await endSweep({ ...turn, place: next });
  await writePlan({ ...turn, place: next }, plan, null);
  return { steps: [], cursor: cursorOf(next), code: place.refusal };
}
