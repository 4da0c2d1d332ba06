import type { AwsStores } from '../../aws/aws-stores.ts';
import type { Started, StartRunDeps } from '../../cleanup/start-run.ts';
import type { CommandContext } from '../shared/command-context.ts';
import type { Out } from '../terminal/output.ts';

/** What a command needs to start and follow runs. */
export const startRunDeps = ({ stores, clock, randomId }: CommandContext): StartRunDeps & AwsStores => ({
  ...stores,
  wakeDeps: { portals: stores.portals, wakeUps: stores.wakeUps, clock },
  clock,
  randomId,
});

/** The id of a run whose start cannot be refused. It is durable: the schedule makes up for a lost wake-up (D§2). */
export function startedRun(started: Started<never>, out: Out): string {
  if (started.kind === 'problem') throw new Error('The run was not started');
  if (!started.woken) out.say('The worker could not be woken; the schedule will wake it within minutes.');
  return started.run;
}
