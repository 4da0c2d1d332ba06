import { CreateTableCommand, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { namesOf } from '../config.ts';
import type { AwsClients } from './aws-clients.ts';
import { tableDefinitions } from './dynamodb/table-definitions.ts';

/** Shorter than in `serverless.yml`: bells of a killed run are back soon (D§2). The host prolongs it while it works. */
export const LOCAL_VISIBILITY_SECONDS = 10;

/** The same in `serverless.yml`. A rest uses up receives as well, so it has to be more than a crash or two would need. */
export const RECEIVES_BEFORE_DEAD = 100;

/** Creates the tables and queues of the stage `local` that are not there yet. Returns the URL of the bells. */
export async function createLocalStage(clients: AwsClients, sqsUrl: string): Promise<string> {
  const { tables, bells, deadBells } = namesOf('local');
  for (const definition of tableDefinitions(tables)) {
    try {
      await clients.dynamo.send(new CreateTableCommand(definition));
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
    }
  }
  const dead = await createQueue(clients, sqsUrl, deadBells, {});
  const redrive = { deadLetterTargetArn: await arnOf(clients, dead), maxReceiveCount: RECEIVES_BEFORE_DEAD };
  return createQueue(clients, sqsUrl, bells, {
    VisibilityTimeout: String(LOCAL_VISIBILITY_SECONDS),
    RedrivePolicy: JSON.stringify(redrive),
  });
}

/** The URL is made here: the one that fauxqs answers has a host name that not every resolver knows, and its first port. */
async function createQueue(clients: AwsClients, sqsUrl: string, name: string, attributes: Record<string, string>) {
  const url = `${sqsUrl}/000000000000/${name}`;
  await clients.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { FifoQueue: 'true' } }));
  if (Object.keys(attributes).length > 0) {
    await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }));
  }
  return url;
}

async function arnOf({ sqs }: AwsClients, QueueUrl: string): Promise<string> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  if (Attributes?.QueueArn === undefined) throw new Error('The queue of dead bells has no ARN');
  return Attributes.QueueArn;
}
