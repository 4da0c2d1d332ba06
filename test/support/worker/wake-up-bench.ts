import { type WakeDeps, type WakeUpQueue, wakePortal } from '../../../lib/jobs/wake-portal.ts';
import { processBatch } from '../../../lib/worker/process-batch.ts';
import type { WorkerPorts } from '../../../lib/worker/worker-ports.ts';
import { QueueModel } from '../queue/queue-model.ts';
import { ALWAYS, unbindTask, type WorkerBench, workerBench } from './bench.ts';

/** The worker's bench with a queue of wake-ups. */
export type WakeUpBench = WorkerBench & {
  /** The first of ten activities that are bound to deal 1 and contact 5. */
  readonly activity: number;
  readonly queue: QueueModel;
  /** Other activities, an empty ledger, no faults, no wake-ups. */
  fresh(): Promise<void>;
  loseWakeUps(): void;
  wakeDeps(): WakeDeps;
  /** As the functions do it that receive calls: the job, then the wake-up. */
  trigger(id: number): Promise<void>;
  /** One invocation of the worker with what the queue delivers; wake-ups that need not come back are deleted. */
  invoke(ports?: WorkerPorts, by?: WakeUpQueue): Promise<{ readonly received: number; readonly kept: number }>;
  statuses(id: number): Promise<string[]>;
};

export async function wakeUpBench(): Promise<WakeUpBench> {
  const bench = await workerBench();
  const { aws, portal, clock } = bench;
  const { portals } = aws.stores;
  const emptyQueue = () => new QueueModel({ clock });
  let activity = 50_000;
  let queue = emptyQueue();
  const wakeDeps = () => ({ portals, wakeUps: queue, clock });
  return {
    ...bench,
    get activity() {
      return activity;
    },
    get queue() {
      return queue;
    },
    async fresh() {
      activity += 10;
      queue = emptyQueue();
      // What an earlier test has left on its way was lost with the queue.
      clock.jumpTo(clock.now() + 120_000);
      portal.seed({ activities: [{ id: activity, count: 10, bindings: ['deal:1', 'contact:5'] }] });
      portal.resetLedger();
      portal.clearFaults();
      await portals.clearWakePending(portal.memberId);
    },
    loseWakeUps() {
      queue = emptyQueue();
    },
    wakeDeps,
    async trigger(id) {
      await bench.add(unbindTask(id));
      await wakePortal(portal.memberId, wakeDeps());
    },
    async invoke(ports = bench.ports, by = queue) {
      const wakeUps = queue.receive();
      const kept = await processBatch(ports, by, wakeUps, ALWAYS);
      for (const { messageId, receiptHandle } of wakeUps)
        if (!kept.includes(messageId)) await queue.remove(receiptHandle);
      return { received: wakeUps.length, kept: kept.length };
    },
    statuses: async (id) => (await bench.outcomes(id)).map(({ status }) => status),
  };
}
