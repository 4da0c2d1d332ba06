import type { Element } from '../../bitrix24/crm/element.ts';
import { elementName } from '../../bitrix24/crm/parse-element.ts';
import type { NewJob } from '../../jobs/job.ts';
import type { Outcome } from '../../jobs/outcome.ts';
import { wakePortal } from '../../jobs/wake-portal.ts';
import { errorName } from '../../log.ts';
import { type Awaited, awaitJob } from '../follow/await-job.ts';
import { commandAdvice, portalAdvice } from '../shared/advice.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { confirmChanges } from '../shared/confirm-changes.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import { outcomeColumns } from './outcome-columns.ts';

export type UnbindArgs = {
  readonly portal: string;
  readonly activities: readonly number[];
  readonly element: Element;
  readonly waitMs: number;
  /** Do not ask, however many there are. */
  readonly yes?: boolean;
};

/** A trigger like the others (D§1): writes a job, wakes the worker and waits for the outcomes, so that a portal keeps its one writer. */
export async function unbind(deps: CommandContext, args: UnbindArgs, out: Out): Promise<ExitCode> {
  if ((await knownPortal(args.portal, deps, out)) === null) return EXIT.notDone;
  const bindings = new Set(args.activities).size;
  const what = `This unbinds activities from ${elementName(args.element)} in portal ${args.portal}`;
  if (!(await confirmChanges({ what, bindings, yes: args.yes === true }, deps, out))) return EXIT.notDone;
  const { stores, clock } = deps;
  const job = jobOf(args, deps);
  await stores.jobs.add(job, clock.now());
  // The job is durable: the schedule makes up for a lost wake-up (D§2).
  await wakePortal(args.portal, { portals: stores.portals, wakeUps: stores.wakeUps, clock }).catch((error: unknown) =>
    out.say(`The worker could not be woken (${errorName(error)}); the schedule will wake it within minutes.`),
  );

  const awaited = await awaitJob(job, args.waitMs, deps);
  out.table(awaited.outcomes, outcomeColumns({ portals: false }));
  explain(awaited.outcomes, args.portal, out);
  return awaited.kind === 'finished' ? ended(awaited, args, out) : accepted(awaited, job, deps, out);
}

function jobOf({ portal, activities, element }: UnbindArgs, { randomId, user }: CommandContext): NewJob {
  return {
    portal,
    id: `cli:${randomId()}`,
    lane: 'robot',
    trigger: 'cli',
    cause: `cli ${user}`,
    task: { kind: 'unbind', element, activities: [...new Set(activities)], filter: null },
  };
}

const isDone = ({ status }: Outcome): boolean => status === 'unbound' || status === 'already_unbound';

/** For each command that did not do what was asked: what its code means and what to do. */
function explain(outcomes: readonly Outcome[], portal: string, out: Out): void {
  for (const outcome of outcomes) {
    if (isDone(outcome)) continue;
    const { activityId, status, code } = outcome;
    const advice = commandAdvice(code, portal, out);
    const reason = [code, advice].filter((part) => part !== null).join(': ');
    out.say(`Activity ${activityId} and ${elementName(outcome)}: ${status}${reason === '' ? '' : `, ${reason}`}`);
  }
}

function ended(
  { outcomes, code }: Awaited & { kind: 'finished' },
  { portal, activities }: UnbindArgs,
  out: Out,
): ExitCode {
  const missing = new Set(activities).size - outcomes.length;
  if (missing > 0) {
    const reason = code === null ? '' : `: ${[code, commandAdvice(code, portal, out) ?? []].flat().join(', ')}`;
    out.say(`${missing} of the activities were not tried${reason}`);
  }
  return missing === 0 && outcomes.every(isDone) ? EXIT.done : EXIT.notDone;
}

/** The job is durable: whatever it waits for, it continues afterwards. */
function accepted({ why }: Awaited & { kind: 'unfinished' }, { portal, id }: NewJob, deps: CommandContext, out: Out) {
  out.record({ portal, id, status: 'accepted' }, `accepted, not finished: ${id}`);
  if (why.kind === 'paused')
    out.say(`The portal is paused. To resume it: ${out.command(`portal resume --portal ${portal}`)}`);
  if (why.kind === 'stopped') {
    const check = out.command(`portal check --portal ${portal}`);
    out.say(`The portal is stopped: ${why.code}: ${portalAdvice(why.code, portal, out)}. Then run: ${check}`);
  }
  if (why.kind === 'time') {
    const outcomes = out.command(`outcomes --portal ${portal} --run ${id}`);
    out.say(`Not finished within the time to wait. To see the outcomes later: ${outcomes}`);
  }
  if (deps.config.localAws !== null) out.say(`The local stack has to be running for it: ${out.serveCommand}`);
  return EXIT.unfinished;
}
