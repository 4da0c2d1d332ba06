import { httpFunction } from '../lib/aws/lambda/http-function.ts';
import { receiveInstall } from '../lib/inbound/receive-install.ts';
import { deployedHandler } from '../lib/runtime/deployed-handler.ts';
import { installIngressOf } from '../lib/runtime/install-ingress-of.ts';
import type { World } from '../lib/runtime/runtime.ts';

/** The application's installation, update and removal arrive here (B§7). */
export const wire = (world: World) => {
  const ingress = installIngressOf(world);
  return httpFunction((inbound) => receiveInstall(inbound, ingress), world.log);
};

export const handler = deployedHandler(wire);
