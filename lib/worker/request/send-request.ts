import { verdictOf } from '../../bitrix24/rest/error-policy.ts';
import type { RestAnswer } from '../../bitrix24/rest/rest-call.ts';
import { PortalStopped } from '../../jobs/planner.ts';
import { changes, launched } from '../attempt/attempt.ts';
import { replaceTrial } from './open-intent.ts';
import { type Asked, type Session, trialShare } from './session.ts';
import { settleSlices, settleTurn } from './settle-request.ts';
import { waitForRate } from './wait-for-rate.ts';

/** What is not on its way by then is not sent any more, so that the intent bounds the doubt. */
const SEND_WITHIN_MS = 5_000;

/** One request: intent, call, outcomes. Returns until when the portal as a whole must rest, ms; 0 when it need not. */
export async function askTurn(session: Session, asked: readonly Asked[]): Promise<number> {
  const { engine, rest } = session;
  const share = asked.every((one) => one.kind === 'trial' && trialShare(one.trial) === 'half') ? 'half' : 'all';
  const rate = await waitForRate(rest, engine.clock, share);
  if (rate.kind === 'rest') {
    await settleSlices(session);
    return rate.until;
  }
  await session.claim.hold();
  const askedAt = engine.clock.now();
  await noteIntent(session, asked, askedAt);
  const calls = asked.map(({ call }) => call);
  const answers = await rest.ask(calls, askedAt + SEND_WITHIN_MS, share);
  const settled = await settleTurn(session, asked, answers, askedAt);
  session.proven ||= answers.some((answer, index) => provesService(answer, calls[index]?.method ?? ''));
  if (settled.stop !== null) throw new PortalStopped(settled.stop);
  return settled.restUntil;
}

/** Bitrix24 did what was asked, or said no for a reason of the matter. */
function provesService(answer: RestAnswer, method: string): boolean {
  if (answer.kind === 'result') return true;
  if (answer.kind !== 'error') return false;
  return ['refuse', 'already_done'].includes(verdictOf(method, answer.code, answer.status));
}

/** Says which changes are about to be tried (D§3): whoever finds the slice knows that an answer may have been lost. */
async function noteIntent({ engine }: Session, asked: readonly Asked[], now: number): Promise<void> {
  const changed = new Set(asked.flatMap((one) => (one.kind === 'trial' && changes(one.trial) ? [one.live] : [])));
  for (const one of asked) {
    if (one.kind === 'trial' && changes(one.trial)) {
      replaceTrial(one.live, launched(one.trial, now, now + SEND_WITHIN_MS));
    }
  }
  for (const live of changed) {
    await engine.slices.write(live.slice);
    live.changed = false;
  }
}
