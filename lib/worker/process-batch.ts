import { type WakeUpQueue, wakePortal } from '../jobs/wake-portal.ts';
import { errorName } from '../log.ts';
import { LONGEST_HIDE_S, MOST_WAKE_UP_RECEIVES } from './policy.ts';
import type { Rest } from './request/session.ts';
import { servePortal } from './serve-portal.ts';
import type { Deadline, WorkerPorts } from './worker-ports.ts';

/** One received wake-up. */
export type WakeUp = {
  readonly portal: string;
  readonly messageId: string;
  readonly receiptHandle: string;
  /** How often it was received; every rest of its portal adds one. */
  readonly receiveCount: number;
};

/**
 * Serves the portals of some wake-ups, each on its own, and returns the messageIds of the wake-ups that must come back.
 * A portal that rests keeps its last wake-up hidden until then; the others are deleted (D§2).
 */
export async function processBatch(
  ports: WorkerPorts,
  queue: WakeUpQueue,
  wakeUps: readonly WakeUp[],
  deadline: Deadline,
): Promise<string[]> {
  const portals = Map.groupBy(wakeUps, ({ portal }) => portal);
  const returned = await Promise.all(
    [...portals].map(async ([portal, own]) => {
      const back = await serveAndKeepWakeUp(ports, queue, portal, own, deadline);
      // The function ends with its slowest portal. The message groups of the others must not stay locked for so long.
      if (portals.size > 1)
        await removeWakeUps(
          ports,
          queue,
          own.filter(({ messageId }) => !back.includes(messageId)),
        );
      return back;
    }),
  );
  return returned.flat();
}

/** What fails here is deleted when the function ends. */
async function removeWakeUps({ log }: WorkerPorts, queue: WakeUpQueue, done: readonly WakeUp[]): Promise<void> {
  const removals = await Promise.allSettled(done.map(({ receiptHandle }) => queue.remove(receiptHandle)));
  const failed = removals.filter(({ status }) => status === 'rejected').length;
  if (failed > 0) log.warn('bell_not_given_back', { bells: failed });
}

async function serveAndKeepWakeUp(
  ports: WorkerPorts,
  queue: WakeUpQueue,
  portal: string,
  wakeUps: readonly WakeUp[],
  deadline: Deadline,
): Promise<string[]> {
  try {
    const rest = await servePortal(ports, portal, deadline);
    return await keepWakeUp(ports, queue, portal, wakeUps.at(-1), rest);
  } catch (error) {
    ports.log.error('serving_failed', { portal, error: errorName(error) });
    return wakeUps.map(({ messageId }) => messageId);
  }
}

/**
 * Keeps a wake-up for the time after the rest. The portal's row says which one it is, so that new work can wake it.
 *
 *   worker:  hide wake-up ──▶ note it; is one pending? ──▶ yes: delete this one, the pending one comes next
 *   trigger: set the mark; is a wake-up hidden? ──▶ yes: wake it, no: send one
 *   Both are updates of one row: either the trigger finds the hidden wake-up, or the worker finds the mark.
 */
async function keepWakeUp(
  ports: WorkerPorts,
  queue: WakeUpQueue,
  portal: string,
  last: WakeUp | undefined,
  rest: Rest,
): Promise<string[]> {
  if (rest.kind === 'more') await wakePortal(portal, { portals: ports.portals, wakeUps: queue, clock: ports.clock });
  if (rest.kind !== 'rest' || last === undefined) return [];
  if (last.receiveCount >= MOST_WAKE_UP_RECEIVES) {
    await queue.send(portal);
    return [];
  }
  const seconds = Math.ceil((rest.until - ports.clock.now()) / 1000);
  await queue.hide(last.receiptHandle, Math.min(LONGEST_HIDE_S, Math.max(0, seconds)));
  const pending = await ports.portals.noteHiddenWakeUp(portal, last.receiptHandle, rest.whole);
  return pending && !rest.whole ? [] : [last.messageId];
}
