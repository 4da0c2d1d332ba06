import { commandAdvice, portalAdvice } from './advice.ts';
import type { CommandMeans } from './command-means.ts';
import type { Followed } from './follow-run.ts';
import type { Out } from './out.ts';
import type { RunStanding } from './run-standing.ts';
import { countsText, grouped } from './words.ts';

/** The record of a run, and its line. */
export function reportRun(portal: string, progress: RunStanding, more: object, out: Out): void {
  const { run, kind, status, counts, done, total, code } = progress;
  const extent = total === null ? '' : `, ${grouped(done)} of ${grouped(total)}`;
  const line = `${run}: ${status}${extent}: ${countsText(counts)}`;
  out.record({ portal, run, kind, status, counts, done, total, code, ...more }, line);
}

/** The run is durable: whatever it waits for, it goes on afterwards. */
export function sayWhyUnfinished(
  portal: string,
  { why, progress }: Followed & { readonly kind: 'unfinished' },
  { config }: CommandMeans,
  out: Out,
): void {
  if (why.kind === 'paused') out.say(`The portal is paused. Let it go on: portal resume --portal ${portal}`);
  if (why.kind === 'stopped') {
    out.say(`The portal is stopped: ${why.code}: ${portalAdvice(why.code)}. Then run: portal check --portal ${portal}`);
  }
  if (why.kind === 'time') out.say('The time to wait is over; the run goes on.');
  if (config.localAws !== null) out.say('It is worked on while the local stack runs: npm start -- --serve');
  out.say(`How far it is: cleanup status --portal ${portal} --run ${progress.run}`);
}

/** A job that was given up says why, and what can be done. */
export function sayWhyFailed(portal: string, { phase, code, run }: RunStanding, out: Out): void {
  if (phase !== 'failed') return;
  const advice = commandAdvice(code);
  out.say(`The run was given up: ${code ?? 'for no known reason'}${advice === null ? '' : `: ${advice}`}`);
  out.say(`Try again: failed redrive --portal ${portal} --job ${run}`);
}
