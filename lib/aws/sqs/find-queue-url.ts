import { GetQueueUrlCommand, QueueDoesNotExist } from '@aws-sdk/client-sqs';
import { namesOf } from '../../config.ts';
import { awsClients } from '../aws-clients.ts';

/** The URL of a deployed stage's queue of wake-ups; null if the region has no such stage. */
export async function findQueueUrl(stage: string, region: string): Promise<string | null> {
  const { sqs } = awsClients({ region, localAws: null });
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: namesOf(stage).wakeUpQueue }));
    return QueueUrl ?? null;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return null;
    throw error;
  } finally {
    sqs.destroy();
  }
}
