/** A standard queue with a visibility time-out of 1 s and a maxReceiveCount of 2. */
export type QueueUnderTest = {
  send(portal: string, delaySeconds?: number): Promise<void>;
  receive(most: number): Promise<readonly Received[]>;
  remove(handle: string): Promise<void>;
  /** Lets time pass. */
  wait(seconds: number): Promise<void>;
  /** Messages in the dead-letter queue. */
  dead(): Promise<number>;
};

export type Received = {
  readonly portal: string;
  readonly id: string;
  readonly handle: string;
  readonly count: number;
};

export type QueueCase = { readonly name: string; readonly run: (queue: QueueUnderTest) => Promise<void> };

export const portalsOf = (received: readonly Received[]) => received.map(({ portal }) => portal).sort();

export async function receiveOne(queue: QueueUnderTest): Promise<Received> {
  const [first] = await queue.receive(1);
  if (first === undefined) throw new Error('expected a message');
  return first;
}
