import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Config } from '../../config.ts';
import { awsClients } from '../aws-clients.ts';

/** How many wake-ups the queue has given up: their portals could not be served many times in a row. */
export async function countDeadLetters(config: Config): Promise<number> {
  const { sqs } = awsClients(config);
  const QueueUrl = `${config.queueUrl}-dead`;
  try {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  } finally {
    sqs.destroy();
  }
}
