import { errorPolicy } from '../../bitrix24/rest/error-policy.ts';
import type { Asked, RestCall } from '../../bitrix24/rest/rest-call.ts';
import { launched, sendsChange } from '../../jobs/attempt.ts';
import { PortalStopped, PortalTroubled } from '../../jobs/planner.ts';
import { BEGUN_WITHIN_MS, CERTAIN_AFTER_MS, SEND_WITHIN_MS } from '../policy.ts';
import { diagnose } from './diagnose.ts';
import { replaceAttempt } from './open-intent.ts';
import { attemptAllotment, type RequestItem, type Session } from './session.ts';
import { settleIntents, settleRequest } from './settle-request.ts';
import { waitForRate } from './wait-for-rate.ts';

/**
 * Sends one request: intent, calls, outcomes. Returns until when the rate limit makes the portal rest, ms; 0 when it does
 * not. Throws PortalStopped and PortalTroubled, after everything is settled.
 */
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
  const asked = await api.ask(calls, askedAt + SEND_WITHIN_MS, allotment);
  const diagnosis = await diagnose({ api, clock: ports.clock, deadline: session.deadline }, calls, asked);
  const isPortalWell = diagnosis.kind === 'well';
  const stop = await settleRequest(session, { items, askedAt, isPortalWell }, asked);
  session.proven ||= provesService(asked, calls);
  if (stop !== null) throw new PortalStopped(stop);
  if (diagnosis.kind === 'stop') throw new PortalStopped(diagnosis.code);
  if (diagnosis.kind === 'trouble') throw new PortalTroubled(diagnosis.code);
  return 0;
}

/** Bitrix24 did what was asked, or refused it for a business reason. */
const provesService = (asked: Asked, calls: readonly RestCall[]): boolean =>
  asked.kind === 'answered' &&
  asked.answers.some((answer, index) => {
    if (answer.kind !== 'error') return answer.kind === 'result';
    const { action } = errorPolicy(calls[index]?.method ?? '', answer.code, answer.status);
    return action === 'refuse' || action === 'already_done';
  });

/** Stores which changes are about to be tried (D§3): a worker that finds the intent later knows that an answer may be lost. */
async function writeIntents({ ports }: Session, items: readonly RequestItem[], now: number): Promise<void> {
  const changed = new Set(
    items.flatMap((item) => (item.kind === 'attempt' && sendsChange(item.attempt) ? [item.openIntent] : [])),
  );
  for (const item of items) {
    if (item.kind === 'attempt' && sendsChange(item.attempt)) {
      replaceAttempt(item.openIntent, launched(item.attempt, now, now + BEGUN_WITHIN_MS + CERTAIN_AFTER_MS));
    }
  }
  for (const openIntent of changed) {
    await ports.intents.write(openIntent.intent);
    openIntent.changed = false;
  }
}
