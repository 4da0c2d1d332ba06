import { commandAdvice, portalAdvice, unreadableText } from '../shared/advice.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { countsText, grouped, percentText } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import type { Followed } from './follow-run.ts';
import type { RunEnded, RunStatus } from './run-status.ts';

/** Ends that are worth mentioning. */
const ENDS: { readonly [ended in RunEnded]?: string } = {
  unreadable: 'incomplete',
  stopped: 'stopped',
  time_limit: 'time limit reached',
  rules_changed: 'rules changed',
  plan_gone: 'plan gone',
  checkpoint_lost: 'cannot be resumed',
};

/** null: not worth mentioning. */
export const endText = (ended: RunEnded | null): string | null => (ended === null ? null : (ENDS[ended] ?? null));

/** `running`, `finished`, `incomplete`, `stopped`, `time limit reached`, `failed: ACCESS_DENIED, stopped` */
export function statusText({ status, ended, code }: Pick<RunStatus, 'status' | 'ended' | 'code'>): string {
  const end = endText(ended);
  if (status === 'failed') return [`failed: ${code}`, ...(end === null ? [] : [end])].join(', ');
  return end ?? status;
}

/** The fields of a run as programs get them. */
export const runRecord = (portal: string, progress: RunStatus) => {
  const { run, kind, status, ended, since, endedAt, counts, done, total, share, code } = progress;
  return { portal, run, kind, status, ended, since, endedAt, counts, done, total, share, code };
};

/** Reports a run, with additional fields for its record. */
export function reportRun(portal: string, progress: RunStatus, more: object, out: Out): void {
  const { run, counts, done, total, share } = progress;
  const about = share === null || share === 1 ? '' : `, about ${percentText(share)}`;
  const range = total === null ? about : `, ${grouped(done)} of ${grouped(total)}`;
  const line = `${run}: ${statusText(progress)}${range}: ${countsText(counts)}`;
  out.record({ ...runRecord(portal, progress), ...more }, line);
}

/** The run is durable: whatever it waits for, it continues afterwards. */
export function sayWhyUnfinished(
  portal: string,
  { why, progress }: Followed & { readonly kind: 'unfinished' },
  { config }: CommandContext,
  out: Out,
): void {
  if (why.kind === 'paused')
    out.say(`The portal is paused. To resume it: ${out.command(`portal resume --portal ${portal}`)}`);
  if (why.kind === 'stopped') {
    out.say(
      `The portal is stopped: ${why.code}: ${portalAdvice(why.code, portal, out)}. Then run: ${out.command(`portal check --portal ${portal}`)}`,
    );
  }
  if (why.kind === 'time') out.say('Not finished within the time to wait; the run continues.');
  const isServed = why.kind !== 'paused' && why.kind !== 'stopped';
  if (isServed && config.localAws !== null) out.say(`The local stack has to be running for it: ${out.serveCommand}`);
  out.say(`To see its progress: ${out.command(`cleanup status --portal ${portal} --run ${progress.run}`)}`);
}

/** Why a job was given up or failed in part, and what can be done. */
export function sayWhyFailed(portal: string, { phase, ended, code, run }: RunStatus, out: Out): void {
  if (phase !== 'failed') return;
  const advice = commandAdvice(code, portal, out);
  const what = ended === 'given_up' ? 'The run was given up' : 'Part of it could not be done';
  out.say(`${what}: ${code ?? 'unknown reason'}${advice === null ? '' : `: ${advice}`}`);
  out.say(`To try again: ${out.command(`failed redrive --portal ${portal} --job ${run}`)}`);
}

/** What could not be read was not checked, so the run is not complete. */
export function sayWhatWasUnread(portal: string, { ended, code }: RunStatus, out: Out): void {
  if (ended !== 'unreadable') return;
  out.say(`Something could not be read, and was left as it is. ${unreadableText(code, portal, out)}`);
}

/** Why a run ended before it was completed. `resume`: the command that does the rest. */
export function sayWhyEnded(portal: string, progress: RunStatus, resume: string, out: Out): void {
  const { ended } = progress;
  sayWhatWasUnread(portal, progress, out);
  if (ended === 'unreadable') out.say(`What could be read is done. To do the rest after that: ${resume}`);
  if (ended === 'stopped') out.say(`Stopped; what is done stays done. To resume: ${resume}`);
  if (ended === 'rules_changed') {
    out.say(`The rules were changed meanwhile, so it ended early. To start over with the new ones: ${resume}`);
  }
  if (ended === 'time_limit') out.say(`Time limit reached before it finished. To resume: ${resume}`);
  if (ended === 'plan_gone') out.say('The plan no longer exists, so the run ended early.');
  if (ended === 'checkpoint_lost') out.say('The plan can no longer be resumed.');
}
