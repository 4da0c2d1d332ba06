import type { WakeUp, WakeUpQueue } from '../jobs/wake-portal.ts';
import { errorName } from '../log.ts';
import { servePortal } from './serve-portal.ts';
import type { Deadline, WorkerPorts } from './worker-ports.ts';

/** A wake-up, and the message that brought it. */
export type ReceivedWakeUp = WakeUp & { readonly messageId: string };

/**
 * Serves the portals of some wake-ups, each on its own, and returns the messageIds of those that must come back: their portal
 * could not be served. A portal that has to wait gets a wake-up for the time when it can continue (D§2).
 */
export async function processBatch(
  ports: WorkerPorts,
  queue: WakeUpQueue,
  wakeUps: readonly ReceivedWakeUp[],
  deadline: Deadline,
): Promise<string[]> {
  const { clock, log } = ports;
  const portals = Map.groupBy(wakeUps, ({ portal }) => portal);
  const returned = await Promise.all(
    [...portals].map(async ([portal, own]) => {
      try {
        const arrived = own.flatMap(({ dueAt }) => dueAt ?? []);
        const { wakeAt } = await servePortal(ports, portal, deadline, arrived);
        if (wakeAt !== null) await queue.send({ portal, dueAt: wakeAt }, Math.max(0, wakeAt - clock.now()));
        return [];
      } catch (error) {
        log.error('serving_failed', { portal, error: errorName(error) });
        return own.map(({ messageId }) => messageId);
      }
    }),
  );
  return returned.flat();
}
