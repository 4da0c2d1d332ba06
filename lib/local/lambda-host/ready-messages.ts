/**
 * How many messages of a queue of the local SQS can be received now. Looks into it without receiving any, through a page that
 * only fauxqs has.
 */
export async function readyMessages(queueUrl: string): Promise<number> {
  const { origin, pathname } = new URL(queueUrl);
  const response = await fetch(`${origin}/_fauxqs/queues/${pathname.split('/').at(-1)}`);
  const { messages } = (await response.json()) as Inspection;
  return messages.ready.length;
}

type Inspection = { readonly messages: { readonly ready: readonly unknown[] } };
