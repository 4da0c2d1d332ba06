import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { awsClients } from '../../../lib/aws/aws-clients.ts';
import type { Config } from '../../../lib/config.ts';
import { namesOf } from '../../../lib/config.ts';

/** Raw items and messages as they are stored, including those that exist only for a moment. */
export type RecordsSampler = {
  /** Each stored form of an item once, as `table {item}`. */
  seen(): string[];
  /** What is stored now. */
  now(): Promise<string[]>;
  stop(): Promise<void>;
};

const EVERY_MS = 15;

export function sampleRecords(config: Config): RecordsSampler {
  const { dynamo, sqs } = awsClients(config);
  const seen = new Set<string>();
  let going = true;

  const look = async (): Promise<string[]> => {
    const tables = await Promise.all(
      Object.values(config.tables).map(async (TableName) => {
        const { Items = [] } = await dynamo.send(new ScanCommand({ TableName, ConsistentRead: true }));
        return Items.map((item) => `${TableName} ${JSON.stringify(item)}`);
      }),
    );
    return [...tables.flat(), ...(await messagesIn(config))];
  };
  const sampling = (async () => {
    while (going) {
      for (const record of await look()) seen.add(record);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();

  return {
    seen: () => [...seen],
    now: look,
    async stop() {
      going = false;
      await sampling;
      dynamo.destroy();
      sqs.destroy();
    },
  };
}

/** The local SQS has a page that shows its messages without receiving them. */
async function messagesIn({ queueUrl }: Config): Promise<string[]> {
  const { origin } = new URL(queueUrl);
  const { wakeUpQueue, deadLetterQueue } = namesOf('local');
  return await Promise.all(
    [wakeUpQueue, deadLetterQueue].map(
      async (name) => `${name} ${await (await fetch(`${origin}/_fauxqs/queues/${name}`)).text()}`,
    ),
  );
}
