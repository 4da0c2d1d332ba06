import { commandAdvice, portalAdvice } from '../shared/advice.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { unreadableText } from '../shared/unreadable-advice.ts';
import { countsText, grouped, percentText } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import type { Followed } from './follow-run.ts';
import type { RunEnded, RunStatus } from './run-status.ts';

/** What is worth saying about an end. */
const ENDS: { readonly [ended in RunEnded]?: string } = {
  unreadable: 'incomplete',
  stopped: 'stopped',
  time_limit: 'time is up',
  rules_changed: 'rules changed',
  plan_gone: 'plan gone',
  checkpoint_lost: 'cannot go on',
};

/** null: there is nothing to say of it. */
export const endText = (ended: RunEnded | null): string | null => (ended === null ? null : (ENDS[ended] ?? null));

/** `running`, `finished`, `incomplete`, `stopped`, `time is up`, `failed: ACCESS_DENIED, stopped` */
export function statusText({ status, ended, code }: Pick<RunStatus, 'status' | 'ended' | 'code'>): string {
  const end = endText(ended);
  if (status === 'failed') return [`failed: ${code}`, ...(end === null ? [] : [end])].join(', ');
  return end ?? status;
}

/** The fields of a run as programs get them. */
export const runRecord = (portal: string, standing: RunStatus) => {
  const { run, kind, status, ended, since, endedAt, counts, done, total, share, code } = standing;
  return { portal, run, kind, status, ended, since, endedAt, counts, done, total, share, code };
};

/** The record of a run, and its line. */
export function reportRun(portal: string, standing: RunStatus, more: object, out: Out): void {
  const { run, counts, done, total, share } = standing;
  const about = share === null || share === 1 ? '' : `, about ${percentText(share)}`;
  const range = total === null ? about : `, ${grouped(done)} of ${grouped(total)}`;
  const line = `${run}: ${statusText(standing)}${range}: ${countsText(counts)}`;
  out.record({ ...runRecord(portal, standing), ...more }, line);
}

/** The run is durable: whatever it waits for, it goes on afterwards. */
export function sayWhyUnfinished(
  portal: string,
  { why, progress }: Followed & { readonly kind: 'unfinished' },
  { config }: CommandContext,
  out: Out,
): void {
  if (why.kind === 'paused')
    out.say(`The portal is paused. Let it go on: ${out.command(`portal resume --portal ${portal}`)}`);
  if (why.kind === 'stopped') {
    out.say(
      `The portal is stopped: ${why.code}: ${portalAdvice(why.code)}. Then run: ${out.command(`portal check --portal ${portal}`)}`,
    );
  }
  if (why.kind === 'time') out.say('The time to wait is over; the run goes on.');
  const isServed = why.kind !== 'paused' && why.kind !== 'stopped';
  if (isServed && config.localAws !== null) out.say('It is worked on while the local stack runs: npm start -- --serve');
  out.say(`How far it is: ${out.command(`cleanup status --portal ${portal} --run ${progress.run}`)}`);
}

/** A job that was given up, or of which something failed, says why and what can be done. */
export function sayWhyFailed(portal: string, { phase, ended, code, run }: RunStatus, out: Out): void {
  if (phase !== 'failed') return;
  const advice = commandAdvice(code);
  const what = ended === 'given_up' ? 'The run was given up' : 'Some of it could not be done';
  out.say(`${what}: ${code ?? 'for no known reason'}${advice === null ? '' : `: ${advice}`}`);
  out.say(`Try again: ${out.command(`failed redrive --portal ${portal} --job ${run}`)}`);
}

/** What could not be read was not looked at, so the run is not complete. */
export function sayWhatWasUnread({ ended, code }: RunStatus, out: Out): void {
  if (ended !== 'unreadable') return;
  out.say(`Something could not be read, and was left as it is. ${unreadableText(code)}`);
}

/** Why a run was over before it was through. `goOn`: the command that does the rest. */
export function sayWhyEnded(standing: RunStatus, goOn: string, out: Out): void {
  const { ended } = standing;
  sayWhatWasUnread(standing, out);
  if (ended === 'unreadable') out.say(`What could be read is done. For the rest, after that: ${goOn}`);
  if (ended === 'stopped') out.say(`Stopped; what is done stays done. To go on: ${goOn}`);
  if (ended === 'rules_changed') {
    out.say(`The rules were changed meanwhile, so it ended early. With the new ones: ${goOn}`);
  }
  if (ended === 'time_limit') out.say(`Its time was up before it was through. To go on: ${goOn}`);
  if (ended === 'plan_gone') out.say('The plan is there no longer; it ended early.');
  if (ended === 'checkpoint_lost') out.say('The plan that it was to go on with cannot be gone on with any more.');
}
