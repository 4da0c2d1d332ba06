import type { AwsStores } from '../../aws/aws-stores.ts';
import type { Started, StartRunDeps } from '../../cleanup/runs/start-run.ts';
import type { CommandContext } from '../shared/command-context.ts';
import type { Out } from '../terminal/output.ts';

/** What a command starts and follows runs with. */
export const startRunDeps = ({ stores, clock, randomId }: CommandContext): StartRunDeps & AwsStores => ({
  ...stores,
  wakeDeps: { portals: stores.portals, wakeUps: stores.wakeUps, clock },
  clock,
  randomId,
});

/** The run that nothing could keep from being started. It is durable: a bell that fails is healed by the schedule (D§2). */
export function begun(started: Started<never>, out: Out): string {
  if (started.kind === 'problem') throw new Error('a run was not started');
  if (!started.woken) out.say('The worker could not be woken; the schedule does it within minutes.');
  return started.run;
}
