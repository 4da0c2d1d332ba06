import pMap from 'p-map';
import type { Clock } from '../../clock.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import { type WakeDeps, wakePortal } from '../../jobs/wake-portal.ts';
import { errorName, type Log } from '../../log.ts';
import type { PortalState, PortalStore } from '../../portal/portal-store.ts';
import { PORTALS_AT_ONCE, WAKE_UP_LOST_MS } from '../policy.ts';
import type { RulesOf } from '../rules/portal-rules.ts';
import { isOver } from './acquire-run.ts';
import type { RunStore } from './run-store.ts';

/** What the schedule asks for: `ring`: to replace lost wake-ups; `sweep`: of every portal that has rules. */
export type ScheduledTask = { readonly task: 'ring' } | { readonly task: 'sweep'; readonly due: string };

export type ScheduledTaskDeps = {
  readonly portals: PortalStore;
  readonly jobs: Pick<JobStore, 'add' | 'nextDueAt' | 'read'>;
  readonly runs: Pick<RunStore, 'current' | 'settings' | 'carry'>;
  readonly rulesOf: RulesOf;
  readonly wakeDeps: WakeDeps;
  readonly clock: Clock;
  readonly log: Log;
};

/**
 * Reads the input of a schedule: `{"task":"ring"}`, or `{"task":"sweep","due":"<ISO 8601>"}`. A classic scheduled event of
 * EventBridge (`detail-type`, `time`) asks for a sweep as well.
 */
export function readScheduledTask(event: unknown, clock: Clock): ScheduledTask {
  const field = (name: string): unknown =>
    typeof event === 'object' && event !== null ? Reflect.get(event, name) : undefined;
  if (field('task') === 'ring') return { task: 'ring' };
  const due = [field('due'), field('time')].find((time) => typeof time === 'string' && !Number.isNaN(Date.parse(time)));
  return { task: 'sweep', due: typeof due === 'string' ? due : new Date(clock.now()).toISOString() };
}

/** Carries the task out for all portals. One that fails or is slow does not hold up the others. */
export async function runScheduledTask(scheduled: ScheduledTask, deps: ScheduledTaskDeps): Promise<void> {
  await pMap(deps.portals.list(), (state) => runForPortal(state, scheduled, deps), {
    concurrency: PORTALS_AT_ONCE,
  });
}

async function runForPortal(state: PortalState, scheduled: ScheduledTask, deps: ScheduledTaskDeps): Promise<void> {
  const { portal, uninstalledAt } = state;
  // A portal that removed the application has nothing to sweep, but its waiting jobs still have to be ended.
  if (uninstalledAt === undefined ? state.paused : scheduled.task === 'sweep') return;
  try {
    if (scheduled.task === 'sweep') await addSweep(portal, scheduled.due, deps);
    else await wakeForLostWakeUp(state, deps);
  } catch (error) {
    deps.log.error('schedule_failed', { portal, task: scheduled.task, error: errorName(error) });
  }
}

/**
 * The portal and the due time name the run, so a schedule that fires twice sweeps once (D§2). While an earlier scheduled run
 * is not over none is added: it would only wait.
 */
async function addSweep(
  portal: string,
  due: string,
  { jobs, runs, rulesOf, wakeDeps, clock, log }: ScheduledTaskDeps,
): Promise<void> {
  const rules = await rulesOf(portal);
  if (rules.length === 0) return;
  const current = await runs.current(portal);
  const isScheduled = current !== null && /^(sweep|plan):\d{8}T/.test(current.id);
  if (isScheduled && !(await isOver(portal, current.id, jobs))) {
    log.warn('sweep_left_out', { portal, due, run: current.id });
  } else {
    const { mode, minutes } = await runs.settings(portal);
    const name = due.replaceAll(/[^\dTZ]/g, '');
    const id = `${mode === 'plan' ? 'plan' : 'sweep'}:${name}`;
    const until = clock.now() + minutes * 60_000;
    const plan = mode === 'plan' ? await unfinishedPlan(portal, JSON.stringify(rules), runs) : null;
    const task =
      mode === 'plan' ? { kind: 'plan' as const, plan: plan ?? name, until } : { kind: 'sweep' as const, until };
    await jobs.add({ portal, id, lane: 'sweep', trigger: 'cleanup', cause: id, task }, clock.now());
  }
  await wakePortal(portal, wakeDeps);
}

/** A plan that reached its time limit is completed, in as many nights as it takes, before another one is begun. */
async function unfinishedPlan(portal: string, rules: string, runs: ScheduledTaskDeps['runs']): Promise<string | null> {
  const carry = await runs.carry(portal, 'plan');
  return carry?.rules === rules && carry.plan?.by === null ? carry.plan.id : null;
}

/**
 * Wakes portals that have due work and no wake-up, or a lost one; not while they are served or rest, and stopped portals only
 * when their probe is due.
 */
async function wakeForLostWakeUp(
  { portal, stop, wokenAt, lockedUntil, restsUntil, uninstalledAt }: PortalState,
  { portals, jobs, wakeDeps, clock }: ScheduledTaskDeps,
) {
  const now = clock.now();
  if (stop !== null && now < stop.probeAt && uninstalledAt === undefined) return;
  if (wokenAt !== null && now - wokenAt < WAKE_UP_LOST_MS) return;
  if (Math.max(lockedUntil ?? 0, restsUntil ?? 0) > now) return;
  const dueAt = await jobs.nextDueAt(portal);
  if (dueAt === null || dueAt > now) return;
  if (wokenAt !== null) await portals.clearWakePending(portal);
  await wakePortal(portal, wakeDeps);
}
