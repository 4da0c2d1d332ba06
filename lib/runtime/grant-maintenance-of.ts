import { randomUUID } from 'node:crypto';
import { awsStores } from '../aws/aws-stores.ts';
import type { MaintainGrantsDeps } from '../installation/maintain-grants.ts';
import { grantDeps } from './grant-deps.ts';
import type { Runtime } from './runtime.ts';

export const grantMaintenanceOf = ({ config, log, clock }: Runtime): MaintainGrantsDeps => ({
  ...grantDeps({ config, stores: awsStores(config, { clock }), clock, randomId: randomUUID }),
  log,
});
