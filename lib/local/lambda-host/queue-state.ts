export type QueueState = {
  /** Messages that can be received now. */
  readonly ready: number;
  /** Until when received messages stay hidden, ms since the epoch, by receipt handle. */
  readonly deadlines: ReadonlyMap<string, number>;
};

/** Looks into a queue of the local SQS without receiving anything, through a page that only fauxqs has. */
export async function queueState(queueUrl: string): Promise<QueueState> {
  const { origin, pathname } = new URL(queueUrl);
  const response = await fetch(`${origin}/_fauxqs/queues/${pathname.split('/').at(-1)}`);
  const { messages } = (await response.json()) as Inspection;
  const groupsInFlight = new Set(messages.inflight.map(({ message }) => message.messageGroupId));
  return {
    ready: messages.ready.filter(({ messageGroupId }) => !groupsInFlight.has(messageGroupId)).length,
    deadlines: new Map(
      messages.inflight.map(({ receiptHandle, visibilityDeadline }) => [receiptHandle, visibilityDeadline]),
    ),
  };
}

type Message = { readonly messageGroupId: string };

type Inspection = {
  readonly messages: {
    readonly ready: readonly Message[];
    readonly inflight: readonly {
      readonly message: Message;
      readonly receiptHandle: string;
      readonly visibilityDeadline: number;
    }[];
  };
};
