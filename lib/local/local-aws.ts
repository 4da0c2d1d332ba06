import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { awsClients } from '../aws/aws-clients.ts';
import { createLocalStage } from '../aws/create-local-stage.ts';
import { repairLocalIndexes } from '../aws/dynamodb/repair-local-indexes.ts';
import type { Clock } from '../clock.ts';
import { LOCAL_REGION, type LocalAws, namesOf } from '../config.ts';
import type { Listening } from './listen-on-loopback.ts';
import { type SecretsManagerServer, startSecretsManager } from './secrets-manager/secrets-manager-server.ts';
import { startDynamodb } from './start-dynamodb.ts';
import { startSqs } from './start-sqs.ts';

export type RunningLocalAws = {
  readonly localAws: LocalAws;
  readonly queueUrl: string;
  readonly secretsManager: SecretsManagerServer;
  close(): Promise<void>;
};

/**
 * The AWS services that the product uses, on loopback, with their state in the folder `home`. Everything that was answered
 * before a `kill -9` is there after the next start. The caller has to own the folder: LevelDB and SQLite allow one process.
 */
export async function startLocalAws({ home, clock }: { home: string; clock?: Clock }): Promise<RunningLocalAws> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const running = join(home, 'running');
  const wasKilled = existsSync(running);
  writeFileSync(running, '');

  const started: Listening[] = [];
  const stop = async () => void (await Promise.all(started.map((server) => server.close())));
  const keep = <T extends Listening>(server: T): T => {
    started.push(server);
    return server;
  };
  try {
    const secretsManager = keep(await startSecretsManager(join(home, 'secrets.json'), clock));
    const dynamodb = keep(await startDynamodb(join(home, 'dynamodb')));
    const sqs = keep(await startSqs(join(home, 'sqs')));

    const localAws = { dynamodb: dynamodb.url, sqs: sqs.url, secretsManager: secretsManager.url };
    const queueUrl = await prepare(localAws, wasKilled);
    const close = async () => {
      await stop();
      rmSync(running);
    };
    return { localAws, queueUrl, secretsManager, close };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Creates tables and queues where they are missing. Returns the URL of the queue of wake-ups. */
async function prepare(localAws: LocalAws, wasKilled: boolean): Promise<string> {
  const clients = awsClients({ region: LOCAL_REGION, localAws });
  try {
    const queueUrl = await createLocalStage(clients, localAws.sqs);
    if (wasKilled) await repairLocalIndexes(clients.dynamo, namesOf('local').tables);
    return queueUrl;
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}
