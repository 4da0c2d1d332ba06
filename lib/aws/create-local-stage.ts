import { CreateTableCommand, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { namesOf } from '../config.ts';
import type { AwsClients } from './aws-clients.ts';
import { tableDefinitions } from './dynamodb/table-definitions.ts';
import { RECEIVES_BEFORE_DEAD, VISIBILITY_SECONDS } from './policy.ts';

/** Creates the tables and queues of the stage `local` that are missing. Returns the URL of the queue of wake-ups. */
export async function createLocalStage(clients: AwsClients, sqsUrl: string): Promise<string> {
  const { tables, wakeUpQueue, deadLetterQueue } = namesOf('local');
  for (const definition of tableDefinitions(tables)) {
    try {
      await clients.dynamo.send(new CreateTableCommand(definition));
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
    }
  }
  const dead = await createQueue(clients, sqsUrl, deadLetterQueue, {});
  const redrive = { deadLetterTargetArn: await arnOf(clients, dead), maxReceiveCount: RECEIVES_BEFORE_DEAD };
  return createQueue(clients, sqsUrl, wakeUpQueue, {
    VisibilityTimeout: String(VISIBILITY_SECONDS),
    RedrivePolicy: JSON.stringify(redrive),
  });
}

/** The URL is made here: that of fauxqs has a host name that not every resolver knows, and the port of its first start. */
async function createQueue(clients: AwsClients, sqsUrl: string, name: string, attributes: Record<string, string>) {
  const url = `${sqsUrl}/000000000000/${name}`;
  await clients.sqs.send(new CreateQueueCommand({ QueueName: name }));
  if (Object.keys(attributes).length > 0) {
    await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }));
  }
  return url;
}

async function arnOf({ sqs }: AwsClients, QueueUrl: string): Promise<string> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  if (Attributes?.QueueArn === undefined) throw new Error('The dead-letter queue has no ARN');
  return Attributes.QueueArn;
}
