import { randomUUID } from 'node:crypto';
import { awsStores } from '../aws/aws-stores.ts';
import type { TendMeans } from '../unbind/tend-grants.ts';
import { grantMeans } from './grant-means.ts';
import type { World } from './world.ts';

export const grantTendingOf = ({ config, log, clock }: World): TendMeans => ({
  ...grantMeans({ config, stores: awsStores(config, { clock }), clock, randomId: randomUUID }),
  log,
});
