import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { awsClients } from '../aws/aws-clients.ts';
import { createLocalStage } from '../aws/create-stage.ts';
import type { Clock } from '../clock.ts';
import { LOCAL_REGION, type LocalAws } from '../config.ts';
import type { Listening } from './listen-on-loopback.ts';
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
  const started: Listening[] = [];
  const close = async () => void (await Promise.all(started.map((server) => server.close())));
  const keep = <T extends Listening>(server: T): T => {
    started.push(server);
    return server;
  };
  try {
    const secretsManager = keep(await startSecretsManager(join(home, 'secrets.json'), clock));
    const dynamodb = keep(await startDynamodb(join(home, 'dynamodb')));
    const sqs = keep(await startSqs(join(home, 'sqs')));

    const localAws = { dynamodb: dynamodb.url, sqs: sqs.url, secretsManager: secretsManager.url };
    return { localAws, bellQueueUrl: await createStage(localAws), secretsManager, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function createStage(localAws: LocalAws): Promise<string> {
  const clients = awsClients({ region: LOCAL_REGION, localAws });
  try {
    return await createLocalStage(clients, localAws.sqs);
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}
