import { wakePortal } from '../jobs/wake-portal.ts';
import type { WakeUpQueue } from '../jobs/wake-up-queue.ts';
import { errorName } from '../log.ts';
import { servePortal } from './serve-portal.ts';
import type { Rest } from './work-portal.ts';
import type { Deadline, WorkerPorts } from './worker-ports.ts';

/** One received wake-up. */
export type WakeUp = {
  readonly portal: string;
  readonly messageId: string;
  readonly receiptHandle: string;
  /** How often it was heard; every rest of its portal adds one. */
  readonly receiveCount: number;
};

/** Long before the queue takes a bell that only rests for one that breaks workers (`maxReceiveCount`). */
const MOST_RECEIVES = 50;

/** A longer rest wakes up in between; so a bell that is lost meanwhile is missed for minutes, not for hours. */
const LONGEST_HIDE_S = 900;

/**
 * Serves the portals of some bells, each on its own, and says which bells are to come back (by messageId).
 * A portal that rests keeps its last bell hidden until then and gives the others back as heard (D§2).
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
      const back = await answerPortal(ports, queue, portal, own, deadline);
      // The function ends with its slowest portal. The others' groups must not stay locked for so long.
      if (portals.size > 1)
        await giveBack(
          ports,
          queue,
          own.filter(({ messageId }) => !back.includes(messageId)),
        );
      return back;
    }),
  );
  return returned.flat();
}

/** What fails here is given back by the function's end. */
async function giveBack({ log }: WorkerPorts, queue: WakeUpQueue, heard: readonly WakeUp[]): Promise<void> {
  const removals = await Promise.allSettled(heard.map(({ receiptHandle }) => queue.remove(receiptHandle)));
  const failed = removals.filter(({ status }) => status === 'rejected').length;
  if (failed > 0) log.warn('bell_not_given_back', { bells: failed });
}

async function answerPortal(
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
 * A bell for the time after the rest. The portal's row says which one it is, so that new work can wake it.
 *
 *   worker:  hide bell ──▶ note it; is a bell pending? ──▶ yes: give this one back, the pending one comes next
 *   trigger: mark rung; is a bell hidden? ──▶ yes: wake it, no: send one
 *   Both are updates of one row: either the trigger finds the hidden bell, or the worker finds the mark.
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
  if (last.receiveCount >= MOST_RECEIVES) {
    await queue.send(portal);
    return [];
  }
  const seconds = Math.ceil((rest.until - ports.clock.now()) / 1000);
  await queue.hide(last.receiptHandle, Math.min(LONGEST_HIDE_S, Math.max(0, seconds)));
  const pending = await ports.portals.noteHiddenWakeUp(portal, last.receiptHandle, rest.whole);
  return pending && !rest.whole ? [] : [last.messageId];
}
