import { type Attempt, sendsChange } from '../../jobs/attempt.ts';
import { EXPIRED, isExpired } from '../../jobs/expiry.ts';
import type { Outcome } from '../../jobs/outcome.ts';
import { openAttempts } from './open-intent.ts';
import type { Session } from './session.ts';
import { settleIntents } from './settle-request.ts';

/**
 * Ends commands that were planned before their job expired: a request that never reached a portal which was away for weeks is not
 * sent any more (D§2). One that may have been carried out is settled by reading, however old it is. True: something was ended.
 */
export async function endExpired(session: Session): Promise<boolean> {
  const { ports, portal, openIntents } = session;
  const now = ports.clock.now();
  const ended = openIntents.flatMap((openIntent) => {
    const jobs = openIntent.intent.shares.map(({ job }) => job);
    const expired = new Set(jobs.filter((job) => isExpired(job, ports.waitDays, now)).map(({ id }) => id));
    return openAttempts(openIntent)
      .filter((attempt) => sendsChange(attempt) && !attempt.tried && expired.has(attempt.command.jobId))
      .map((attempt) => ({ openIntent, outcome: expiredOutcome(portal, attempt, now) }));
  });
  if (ended.length === 0) return false;
  await ports.outcomes.record(ended.map(({ outcome }) => outcome));
  for (const { openIntent, outcome } of ended) {
    openIntent.ended.set(outcome.id, outcome);
    ports.log.info('outcome', { ...outcome });
  }
  await settleIntents(session);
  return true;
}

const expiredOutcome = (
  portal: string,
  { command, trigger, cause, rule, attempts, firstSentAt }: Attempt,
  now: number,
): Outcome => ({
  id: command.id,
  portal,
  activityId: command.activityId,
  ...command.element,
  status: 'failed',
  code: EXPIRED,
  trigger,
  cause,
  ...(rule === undefined ? {} : { rule }),
  attempts,
  durationMs: now - (firstSentAt ?? now),
  at: new Date(now).toISOString(),
});
