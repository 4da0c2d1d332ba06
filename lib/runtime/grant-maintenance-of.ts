import { randomUUID } from 'node:crypto';
import { awsStores } from '../aws/aws-stores.ts';
import type { TendMeans } from '../installation/maintain-grants.ts';
import { grantMeans } from './grant-deps.ts';
import type { World } from './runtime.ts';

export const grantTendingOf = ({ config, log, clock }: World): TendMeans => ({
  ...grantMeans({ config, stores: awsStores(config, { clock }), clock, randomId: randomUUID }),
  log,
});
