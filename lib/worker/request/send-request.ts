import { errorPolicy } from '../../bitrix24/rest/error-policy.ts';
import type { RestAnswer } from '../../bitrix24/rest/rest-call.ts';
import { PortalStopped } from '../../jobs/planner.ts';
import { changes, launched } from '../attempt/attempt.ts';
import { replaceAttempt } from './open-intent.ts';
import { type Asked, attemptAllotment, type Session } from './session.ts';
import { settleIntents, settleRequest } from './settle-request.ts';
import { waitForRate } from './wait-for-rate.ts';

/** What is not on its way by then is not sent any more, so that the intent bounds the doubt. */
const SEND_WITHIN_MS = 5_000;

/** One request: intent, call, outcomes. Returns until when the portal as a whole must rest, ms; 0 when it need not. */
export async function sendRequest(session: Session, asked: readonly Asked[]): Promise<number> {
  const { ports, api } = session;
  const allotment = asked.every((one) => one.kind === 'attempt' && attemptAllotment(one.attempt) === 'half')
    ? 'half'
    : 'all';
  const rate = await waitForRate(api, ports.clock, allotment);
  if (rate.kind === 'rest') {
    await settleIntents(session);
    return rate.until;
  }
  await session.lock.hold();
  const askedAt = ports.clock.now();
  await noteIntent(session, asked, askedAt);
  const calls = asked.map(({ call }) => call);
  const answers = await api.ask(calls, askedAt + SEND_WITHIN_MS, allotment);
  const settled = await settleRequest(session, asked, answers, askedAt);
  session.proven ||= answers.some((answer, index) => provesService(answer, calls[index]?.method ?? ''));
  if (settled.stop !== null) throw new PortalStopped(settled.stop);
  return settled.restUntil;
}

/** Bitrix24 did what was asked, or said no for a reason of the matter. */
function provesService(answer: RestAnswer, method: string): boolean {
  if (answer.kind === 'result') return true;
  if (answer.kind !== 'error') return false;
  return ['refuse', 'already_done'].includes(errorPolicy(method, answer.code, answer.status));
}

/** Says which changes are about to be tried (D§3): whoever finds the slice knows that an answer may have been lost. */
async function noteIntent({ ports }: Session, asked: readonly Asked[], now: number): Promise<void> {
  const changed = new Set(
    asked.flatMap((one) => (one.kind === 'attempt' && changes(one.attempt) ? [one.openIntent] : [])),
  );
  for (const one of asked) {
    if (one.kind === 'attempt' && changes(one.attempt)) {
      replaceAttempt(one.openIntent, launched(one.attempt, now, now + SEND_WITHIN_MS));
    }
  }
  for (const openIntent of changed) {
    await ports.intents.write(openIntent.intent);
    openIntent.changed = false;
  }
}
