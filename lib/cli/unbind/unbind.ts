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

/** One more trigger (D§1): writes a job, rings, and waits for the outcomes, so that the one-writer rule holds. */
export async function unbind(deps: CommandContext, args: UnbindArgs, out: Out): Promise<ExitCode> {
  if ((await knownPortal(args.portal, deps, out)) === null) return EXIT.notDone;
  const bindings = new Set(args.activities).size;
  const what = `This unbinds activities from ${elementName(args.element)} in portal ${args.portal}`;
  if (!(await confirmChanges({ what, bindings, yes: args.yes === true }, deps, out))) return EXIT.notDone;
  const { stores, clock } = deps;
  const job = jobOf(args, deps);
  await stores.jobs.add(job, clock.now());
  // The job is durable: a bell that fails is healed by the schedule (D§2).
  await wakePortal(args.portal, { portals: stores.portals, wakeUps: stores.wakeUps, clock }).catch((error: unknown) =>
    out.say(`The worker could not be woken (${errorName(error)}); the schedule does it within minutes.`),
  );

  const awaited = await awaitJob(job, args.waitMs, deps);
  out.table(awaited.outcomes, outcomeColumns({ portals: false }));
  explain(awaited.outcomes, out);
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

/** Says for each command that did not do what was asked what its code means and what to do. */
function explain(outcomes: readonly Outcome[], out: Out): void {
  for (const outcome of outcomes) {
    if (isDone(outcome)) continue;
    const { activityId, status, code } = outcome;
    const advice = commandAdvice(code);
    const reason = [code, advice].filter((part) => part !== null).join(': ');
    out.say(`Activity ${activityId} and ${elementName(outcome)}: ${status}${reason === '' ? '' : `, ${reason}`}`);
  }
}

function ended({ outcomes, code }: Awaited & { kind: 'finished' }, { activities }: UnbindArgs, out: Out): ExitCode {
  const missing = new Set(activities).size - outcomes.length;
  if (missing > 0) {
    const reason = code === null ? '' : `: ${code}${adviceAfter(code)}`;
    out.say(`${missing} of the activities were not tried${reason}`);
  }
  return missing === 0 && outcomes.every(isDone) ? EXIT.done : EXIT.notDone;
}

const adviceAfter = (code: string): string => {
  const advice = commandAdvice(code);
  return advice === null ? '' : `, ${advice}`;
};

/** The job is durable: whatever it waits for, it goes on afterwards. */
function accepted({ why }: Awaited & { kind: 'unfinished' }, { portal, id }: NewJob, deps: CommandContext, out: Out) {
  out.record({ portal, id, status: 'accepted' }, `accepted, not finished: ${id}`);
  if (why.kind === 'paused') out.say(`The portal is paused. Let it go on: portal resume --portal ${portal}`);
  if (why.kind === 'stopped')
    out.say(`The portal is stopped: ${why.code}: ${portalAdvice(why.code)}. Then run: portal check --portal ${portal}`);
  if (why.kind === 'time') out.say(`The time to wait is over. Look later: outcomes --portal ${portal}`);
  if (deps.config.localAws !== null) out.say('The job is worked while the local stack runs: npm start -- --serve');
  return EXIT.unfinished;
}
