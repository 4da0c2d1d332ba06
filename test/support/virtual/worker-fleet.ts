import type { WakeUp, WakeUpQueue } from '../../../lib/jobs/wake-portal.ts';
import { processBatch } from '../../../lib/worker/process-batch.ts';
import type { QueueModel, ReceivedMessage } from '../queue/queue-model.ts';
import { openWorkerSandbox, type StageContext, type WorkerSandbox } from './worker-sandbox.ts';

/** As in `serverless.yml` and in lib/aws/lambda/worker-function.ts. */
const FUNCTION_MS = 90_000;
const RESERVE_MS = 45_000;

export type Invocation = {
  /** The instance's name, which its requests carry as their user agent. */
  readonly worker: string;
  readonly portals: readonly string[];
  readonly from: number;
  readonly to: number;
  /** How much of that time its code slept. */
  readonly slept: number;
  readonly end: 'returned' | 'failed' | 'killed' | 'timed out';
  /** How many invocations have led to this one, each by a wake-up that it sent; AWS counts them by the trace header. */
  readonly hops: number;
};

export type WorkerFleet = { stop(): void };

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html */
const MOST_HOPS = 16;

const hopsOf = (wakeUps: readonly ReceivedMessage[]): number =>
  Math.max(...wakeUps.map((wakeUp) => Number(Reflect.get(wakeUp, 'hops') ?? 0)));

export type FleetOptions = {
  readonly context: StageContext;
  readonly queue: QueueModel;
  /** The event source's maximum concurrency. */
  readonly concurrency: number;
  readonly batchSize?: number;
  /** As in `serverless.yml`. `Terminate`: Lambda takes a long chain of invocations for a loop, and drops the message. */
  readonly recursiveLoop?: 'Allow' | 'Terminate';
  /** Gets an entry for every invocation that has ended. */
  readonly invocations: Invocation[];
};

/**
 * Lambda's event source mapping: polls while an instance may run, hands over batches, deletes what is not reported as failed.
 * The batch of a function that dies or throws is left to the visibility time-out. A killed instance is replaced by a new one.
 */
export function startWorkerFleet(options: FleetOptions): WorkerFleet {
  const { context, queue, concurrency, batchSize = 10, recursiveLoop = 'Allow', invocations } = options;
  const { clock } = context;
  const idle: WorkerSandbox[] = [];
  let [running, opened, stopped] = [0, 0, false];
  let freed = Promise.withResolvers<void>();

  const invoke = async (wakeUps: readonly ReceivedMessage[]): Promise<void> => {
    opened += 1;
    const sandbox = idle.pop() ?? openWorkerSandbox(context, `worker-${opened}`);
    const [from, before] = [clock.now(), sandbox.slept()];
    const hops = hopsOf(wakeUps);
    const { end, kept } = await runFunction(sandbox, wakeUps, from, clock);
    const portals = [...new Set(wakeUps.map(({ portal }) => portal))];
    invocations.push({
      worker: sandbox.name,
      portals,
      from,
      to: clock.now(),
      slept: sandbox.slept() - before,
      end,
      hops,
    });
    if (end === 'returned') await giveBack(queue, wakeUps, kept);
    if (!sandbox.life.isOver()) idle.push(sandbox);
  };

  const poll = async (): Promise<void> => {
    while (!stopped) {
      if (running >= concurrency) {
        await freed.promise;
        continue;
      }
      const wakeUps = queue.receive(batchSize);
      if (wakeUps.length === 0) {
        await queue.receivable();
        continue;
      }
      if (recursiveLoop === 'Terminate' && hopsOf(wakeUps) >= MOST_HOPS) {
        for (const { receiptHandle } of wakeUps) await queue.remove(receiptHandle);
        continue;
      }
      running += 1;
      void invoke(wakeUps).finally(() => {
        running -= 1;
        freed.resolve();
        freed = Promise.withResolvers();
      });
    }
  };
  void poll();
  return {
    stop() {
      stopped = true;
    },
  };
}

type Ended = { readonly end: Invocation['end']; readonly kept: readonly string[] };

async function runFunction(
  { ports, wakeUps: queue, life }: WorkerSandbox,
  wakeUps: readonly ReceivedMessage[],
  from: number,
  clock: StageContext['clock'],
): Promise<Ended> {
  let over = false;
  const deadline = { allows: () => from + FUNCTION_MS - clock.now() > RESERVE_MS };
  const hops = hopsOf(wakeUps) + 1;
  const tracing: WakeUpQueue = { send: (wakeUp, delayMs) => queue.send({ ...wakeUp, hops } as WakeUp, delayMs) };
  const returned = processBatch(ports, tracing, wakeUps, deadline).then(
    (kept): Ended => ({ end: 'returned', kept }),
    (): Ended => ({ end: 'failed', kept: [] }),
  );
  const killed = life.ended.then((): Ended => ({ end: 'killed', kept: [] }));
  const timedOut = clock.sleep(FUNCTION_MS).then((): Ended => {
    if (!over) life.end();
    return { end: 'timed out', kept: [] };
  });
  const ended = await Promise.race([returned, killed, timedOut]);
  over = true;
  return ended;
}

/** Removes what is not kept; messages that the function itself removed are gone already. */
async function giveBack(
  queue: QueueModel,
  wakeUps: readonly ReceivedMessage[],
  kept: readonly string[],
): Promise<void> {
  for (const { messageId, receiptHandle } of wakeUps) {
    if (!kept.includes(messageId)) await queue.remove(receiptHandle).catch(() => undefined);
  }
}
