import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { type AwsClients, awsClients } from '../../../lib/aws/aws-clients.ts';
import { type AwsStores, awsStores } from '../../../lib/aws/aws-stores.ts';
import { tableDefinitions } from '../../../lib/aws/dynamodb/table-definitions.ts';
import type { Clock } from '../../../lib/clock.ts';
import { type Config, localConfig } from '../../../lib/config.ts';
import { listenOnLoopback } from '../../../lib/local/listen-on-loopback.ts';
import { startSecretsManager } from '../../../lib/local/secrets-manager/secrets-manager-server.ts';

export type LocalTables = { readonly config: Config; readonly stores: AwsStores; close(): Promise<void> };

/** The real stores on real servers: DynamoDB in memory, secrets in a temporary folder. The model replaces the queue. */
export async function openLocalTables(clock: Clock): Promise<LocalTables> {
  const folder = mkdtempSync(join(tmpdir(), 'unbind-'));
  const tables = await listenOnLoopback(dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }));
  const secrets = await startSecretsManager(join(folder, 'secrets.json'), clock);
  const localAws = { dynamodb: tables.url, secretsManager: secrets.url, sqs: 'http://127.0.0.1:1' };
  const config = localConfig({ localAws, queueUrl: 'http://127.0.0.1:1/wake-ups', publicUrl: '' }, {});
  const clients = patient(awsClients(config));
  for (const definition of tableDefinitions(config.tables)) {
    await clients.dynamo.send(new CreateTableCommand(definition));
  }
  return {
    config,
    stores: awsStores(config, { clock, clients }),
    async close() {
      for (const client of Object.values(clients)) client.destroy();
      await tables.close();
      await secrets.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Hundreds of connections at once on a busy machine must not fail a run in virtual time by the clients' real time-outs. */
function patient(clients: AwsClients): AwsClients {
  for (const { config } of Object.values(clients)) {
    const handler = config.requestHandler as object as TimeOuts; // of Node's handler, which the SDK's types do not promise
    handler.updateHttpClientConfig('connectionTimeout', PATIENCE_MS);
    handler.updateHttpClientConfig('requestTimeout', PATIENCE_MS);
  }
  return clients;
}

const PATIENCE_MS = 60_000;
type TimeOuts = { updateHttpClientConfig(name: 'connectionTimeout' | 'requestTimeout', ms: number): void };
