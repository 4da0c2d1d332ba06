import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

export type MessageCount = { readonly visible: number; readonly inFlight: number; readonly delayed: number };

/** How many messages a queue of the local SQS holds. */
export async function countMessages(sqs: SQSClient, QueueUrl: string): Promise<MessageCount> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed),
  };
}
