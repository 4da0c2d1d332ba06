import { errorPolicy, failureCode, mayBeAnotherFailure } from '../../bitrix24/rest/error-policy.ts';
import type { CommandAnswer, RequestFailure } from '../../bitrix24/rest/rest-call.ts';
import { finishAnsweredJob } from '../../jobs/job-progress.ts';
import { backoffMs } from '../backoff.ts';
import { MOST_ANSWER_FAILURES } from '../policy.ts';
import { hasLeft } from './decide-without-answer.ts';
import { markAnswered } from './open-intent.ts';
import type { RequestItem, Session } from './session.ts';

type WorkflowAnswerItem = Exclude<RequestItem, { kind: 'attempt' }>;

/** An answer to a workflow is settled when it was accepted or refused for good; otherwise it is sent again later. */
export async function settleAnswer(
  session: Session,
  item: WorkflowAnswerItem,
  answer: CommandAnswer,
): Promise<string | null> {
  if (answer.kind === 'result') {
    await closeAnswer(session, item);
    return null;
  }
  const { method } = item.call;
  const { action, scope } =
    answer.kind === 'error' ? errorPolicy(method, answer.code, answer.status) : { action: 'retry', scope: 'command' };
  if (action === 'stop' && scope === 'portal') return failureCode(answer);
  // What a batch leaves in doubt (B§2.1) says nothing about this answer: it is sent once more, alone.
  const isDoubtful = answer.kind === 'error' && answer.status === null && mayBeAnotherFailure(method, answer.code);
  const isRefused = (action === 'refuse' || action === 'already_done') && !isDoubtful;
  await sendAgainOrClose(session, item, { code: failureCode(answer), isRefused, isOwn: scope !== 'method' });
  return null;
}

/** Its request failed: trouble of the portal says nothing about the answer (D§2). */
export async function settleFailedAnswer(
  session: Session,
  item: WorkflowAnswerItem,
  isPortalWell: boolean,
  failure: RequestFailure,
): Promise<void> {
  const isOwn = isPortalWell && hasLeft(failure);
  if (isOwn) await sendAgainOrClose(session, item, { code: failureCode(failure), isRefused: false, isOwn });
}

/** `isOwn`: the trouble is that of this answer, and not of the method. */
async function sendAgainOrClose(
  session: Session,
  item: WorkflowAnswerItem,
  { code, isRefused, isOwn }: { readonly code: string; readonly isRefused: boolean; readonly isOwn: boolean },
): Promise<void> {
  const { ports, api } = session;
  const { job } = item;
  const failures = job.failures + (isOwn ? 1 : 0);
  const givenUp = failures > MOST_ANSWER_FAILURES;
  ports.log.warn('answer_not_accepted', { portal: job.portal, job: job.id, code, final: isRefused || givenUp });
  if (isRefused || givenUp) return await closeAnswer(session, item);
  const now = ports.clock.now();
  const pause = isOwn ? backoffMs(failures, ports.random()) : 0;
  const until = Math.max(now + pause, api.restingUntil(item.call.method));
  // One that comes before a time-out does not postpone the work of its job.
  if (item.kind === 'pending_answer') session.failedAnswers.set(job.id, until);
  else await ports.jobs.postpone(job, until, failures);
}

async function closeAnswer(session: Session, item: WorkflowAnswerItem): Promise<void> {
  const { ports } = session;
  const { job } = item;
  if (item.kind === 'pending_answer') {
    await ports.jobs.dropEventToken(job);
    if (item.openIntent !== null) markAnswered(item.openIntent, job.id);
    return;
  }
  await finishAnsweredJob(ports.jobs, job, ports.clock.now());
}
