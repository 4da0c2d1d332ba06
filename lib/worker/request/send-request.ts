import { errorPolicy } from '../../bitrix24/rest/error-policy.ts';
import type { RestAnswer } from '../../bitrix24/rest/rest-call.ts';
import { launched, sendsChange } from '../../jobs/attempt.ts';
import { PortalStopped } from '../../jobs/planner.ts';
import { CERTAIN_AFTER_MS, SEND_WITHIN_MS } from '../policy.ts';
import { replaceAttempt } from './open-intent.ts';
import { attemptAllotment, type RequestItem, type Session } from './session.ts';
import { settleIntents, settleRequest } from './settle-request.ts';
import { waitForRate } from './wait-for-rate.ts';

/** Sends one request: intent, calls, outcomes. Returns until when the whole portal must rest, ms; 0 when it need not. */
export async function sendRequest(session: Session, items: readonly RequestItem[]): Promise<number> {
  const { ports, api } = session;
  const allotment = items.every((item) => item.kind === 'attempt' && attemptAllotment(item.attempt) === 'half')
    ? 'half'
    : 'all';
  const rate = await waitForRate(api, ports.clock, allotment);
  if (rate.kind === 'rest') {
    await settleIntents(session);
    return rate.until;
  }
  await session.lock.renewIfNeeded();
  const askedAt = ports.clock.now();
  await writeIntents(session, items, askedAt);
  const calls = items.map(({ call }) => call);
  const answers = await api.ask(calls, askedAt + SEND_WITHIN_MS, allotment);
  const settled = await settleRequest(session, items, answers, askedAt);
  session.proven ||= answers.some((answer, index) => provesService(answer, calls[index]?.method ?? ''));
  if (settled.stop !== null) throw new PortalStopped(settled.stop);
  return settled.restUntil;
}

/** Bitrix24 did what was asked, or refused it for a business reason. */
function provesService(answer: RestAnswer, method: string): boolean {
  if (answer.kind === 'result') return true;
  if (answer.kind !== 'error') return false;
  return ['refuse', 'already_done'].includes(errorPolicy(method, answer.code, answer.status));
}

/** Stores which changes are about to be tried (D§3): a worker that finds the intent later knows that an answer may be lost. */
async function writeIntents({ ports }: Session, items: readonly RequestItem[], now: number): Promise<void> {
  const changed = new Set(
    items.flatMap((item) => (item.kind === 'attempt' && sendsChange(item.attempt) ? [item.openIntent] : [])),
  );
  for (const item of items) {
    if (item.kind === 'attempt' && sendsChange(item.attempt)) {
      replaceAttempt(item.openIntent, launched(item.attempt, now, now + SEND_WITHIN_MS + CERTAIN_AFTER_MS));
    }
  }
  for (const openIntent of changed) {
    await ports.intents.write(openIntent.intent);
    openIntent.changed = false;
  }
}
