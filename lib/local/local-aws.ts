import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { awsClients } from '../aws/aws-clients.ts';
import { createLocalStage } from '../aws/create-stage.ts';
import type { Clock } from '../clock.ts';
import type { LocalAws } from '../config.ts';
import { type SecretsManagerServer, startSecretsManager } from './secrets-manager-server.ts';
import { startDynamodb } from './start-dynamodb.ts';
import { startSqs } from './start-sqs.ts';

export type RunningLocalAws = {
  readonly localAws: LocalAws;
  readonly bellQueueUrl: string;
  readonly secretsManager: SecretsManagerServer;
  close(): Promise<void>;
};

/**
 * The AWS services that the product uses, on loopback, with their state under `home`. Everything that was answered before a
 * `kill -9` is there after the next start. The caller holds the home's lock: LevelDB and SQLite want one owner.
 */
export async function startLocalAws({ home, clock }: { home: string; clock?: Clock }): Promise<RunningLocalAws> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const [dynamodb, sqs, secretsManager] = await Promise.all([
    startDynamodb(join(home, 'dynamodb')),
    startSqs(join(home, 'sqs')),
    startSecretsManager(join(home, 'secrets.json'), clock),
  ]);
  const localAws = { dynamodb: dynamodb.url, sqs: sqs.url, secretsManager: secretsManager.url };
  const clients = awsClients({ region: 'eu-central-1', localAws });
  const bellQueueUrl = await createLocalStage(clients, sqs.url);
  for (const client of Object.values(clients)) client.destroy();

  return {
    localAws,
    bellQueueUrl,
    secretsManager,
    async close() {
      await Promise.all([dynamodb.close(), sqs.close(), secretsManager.close()]);
    },
  };
}
