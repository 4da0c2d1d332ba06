import type { InboundAuth } from '../bitrix24/inbound/inbound-auth.ts';
import type { FormProblem } from '../bitrix24/inbound/read-form.ts';
import { MOST_BODY_BYTES, MOST_BRACKETS, MOST_FORM_FIELDS } from '../bitrix24/policy.ts';
import type { Clock } from '../clock.ts';
import type { NewJob } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { type WakeDeps, wakePortal } from '../jobs/wake-portal.ts';
import { errorName, type Log } from '../log.ts';

/** What the functions that Bitrix24 calls depend on. They make no REST calls (D§2). */
export type Ingress = {
  /** Whether the application token is that of a known portal (D§5). */
  readonly verify: (auth: InboundAuth) => Promise<boolean>;
  /** Forgets what this process remembers of a portal. */
  readonly forget: (portal: string) => void;
  readonly jobs: Pick<JobStore, 'add' | 'coalesce'>;
  readonly wakeDeps: WakeDeps;
  readonly clock: Clock;
  readonly log: Log;
};

/** The body of an inbound call, as it arrived. */
export type Inbound = { readonly body: Uint8Array; readonly contentType: string | undefined };

/** `message` says what to do next, and repeats nothing of the request. */
export type Reply = {
  readonly status: number;
  readonly body: { readonly status: string } | { readonly error: string; readonly message: string };
};

export const ACCEPTED: Reply = { status: 200, body: { status: 'accepted' } };
/** Understood, and nothing is to be done about it. */
export const IGNORED: Reply = { status: 200, body: { status: 'ignored' } };

export const badRequest = (reason: string): Reply => refusal(400, 'bad_request', reason);

/** The same answer for an unknown portal and for a wrong token, so that a stranger learns nothing (D§5). */
export const UNKNOWN_SENDER: Reply = refusal(
  403,
  'unknown_sender',
  'auth[member_id] and auth[application_token] belong to no portal that is installed here. Install the application, or run: portal add',
);

const FORM_PROBLEMS: { readonly [problem in FormProblem]: Reply } = {
  too_large: refusal(413, 'too_large', `The body is larger than ${MOST_BODY_BYTES / 1024} KiB`),
  content_type: refusal(415, 'content_type', 'The content type must be application/x-www-form-urlencoded'),
  encoding: refusal(400, 'bad_request', 'The body is not valid percent-encoded UTF-8'),
  too_many_pairs: refusal(400, 'bad_request', `The body has more than ${MOST_FORM_FIELDS} fields`),
  too_deep: refusal(400, 'bad_request', `A field name has more than ${MOST_BRACKETS} levels of brackets`),
  forbidden_name: refusal(400, 'bad_request', 'A field name is not allowed'),
  broken_brackets: refusal(400, 'bad_request', 'A field name has brackets that do not match'),
  conflicting_names: refusal(400, 'bad_request', 'A field is both a value and a group'),
};

export const badForm = (problem: FormProblem): Reply => FORM_PROBLEMS[problem];

function refusal(status: number, error: string, message: string): Reply {
  return { status, body: { error, message } };
}

/**
 * Writes the job, sends a wake-up, then answers. Bitrix24 sends nothing twice (B§5.1), so nothing is answered before it is
 * stored (D§2). The schedule makes up for a wake-up that fails; a job that cannot be written is lost, and the log says so.
 */
export async function acceptJob(job: NewJob, write: 'add' | 'coalesce', ingress: Ingress): Promise<Reply> {
  const { jobs, wakeDeps, clock, log } = ingress;
  const { portal, id, trigger, cause } = job;
  try {
    await jobs[write](job, clock.now());
  } catch (error) {
    log.error('job_lost', { portal, job: id, trigger, cause, error: errorName(error), alarm: true });
    return refusal(503, 'not_stored', 'The call could not be stored and was not accepted');
  }
  // Also for a repeated delivery: the first one may have died before its wake-up was sent.
  const isKnown = await wakePortal(portal, wakeDeps).catch((error: unknown) => {
    log.warn('bell_failed', { portal, error: errorName(error) });
    return true;
  });
  // The portal was removed while this process still knew it. The job waits, as those that came before do; the next call is refused.
  if (!isKnown) ingress.forget(portal);
  return ACCEPTED;
}
