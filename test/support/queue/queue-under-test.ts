/** A FIFO queue with a visibility time-out of 1 s and a maxReceiveCount of 2. */
export type QueueUnderTest = {
  send(group: string, deduplicationId: string): Promise<void>;
  receive(most: number): Promise<readonly Received[]>;
  remove(handle: string): Promise<void>;
  changeVisibility(handle: string, seconds: number): Promise<void>;
  /** Lets time pass. */
  wait(seconds: number): Promise<void>;
  /** Messages in the dead-letter queue. */
  dead(): Promise<number>;
};

export type Received = {
  readonly group: string;
  readonly id: string;
  readonly deduplicationId: string;
  readonly handle: string;
  readonly count: number;
};

export type QueueCase = {
  readonly name: string;
  /** Why this is for the model alone; absent: fauxqs passes it as well. */
  readonly modelOnly?: string;
  readonly run: (queue: QueueUnderTest) => Promise<void>;
};

export const ONE_AT_A_TIME = 'fauxqs gives out one message of a group at a time';

export const groupsOf = (received: readonly Received[]) => received.map(({ group }) => group);

export async function sendAll(queue: QueueUnderTest, ...groups: readonly string[]): Promise<void> {
  for (const [index, group] of groups.entries()) await queue.send(group, `${group}-${index}`);
}

export async function receiveOne(queue: QueueUnderTest): Promise<Received> {
  const [first] = await queue.receive(1);
  if (first === undefined) throw new Error('expected a message');
  return first;
}
