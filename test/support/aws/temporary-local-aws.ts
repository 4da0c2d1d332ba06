import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AwsClients, awsClients } from '../../../lib/aws/aws-clients.ts';
import { type AwsStores, awsStores } from '../../../lib/aws/aws-stores.ts';
import type { Clock } from '../../../lib/clock.ts';
import { type Config, localConfig } from '../../../lib/config.ts';
import { type RunningLocalAws, startLocalAws } from '../../../lib/local/local-aws.ts';

export type TemporaryLocalAws = RunningLocalAws & {
  readonly home: string;
  readonly config: Config;
  readonly clients: AwsClients;
  readonly stores: AwsStores;
};

/** The local AWS in a folder of its own, with stores over it; `close` removes the folder. */
export async function temporaryLocalAws(clock?: Clock): Promise<TemporaryLocalAws> {
  const home = mkdtempSync(join(tmpdir(), 'unbind-'));
  const aws = await startLocalAws({ home, ...(clock === undefined ? {} : { clock }) });
  const config = localConfig({ ...aws, publicUrl: 'http://127.0.0.1:1' }, {});
  const clients = awsClients(config);
  const stores = awsStores(config, { clients, ...(clock === undefined ? {} : { clock }) });
  return {
    ...aws,
    home,
    config,
    clients,
    stores,
    async close() {
      for (const client of Object.values(clients)) client.destroy();
      await aws.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
