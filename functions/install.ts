import { httpFunction } from '../lib/aws/http-function.ts';
import { receiveInstall } from '../lib/unbind/receive-install.ts';
import { deployedHandler } from '../lib/wiring/deployed-handler.ts';
import { installIngressOf } from '../lib/wiring/install-ingress-of.ts';
import type { World } from '../lib/wiring/world.ts';

/** The application's installation, update and removal arrive here (B§7). */
export const wire = (world: World) => {
  const ingress = installIngressOf(world);
  return httpFunction((inbound) => receiveInstall(inbound, ingress), world.log);
};

export const handler = deployedHandler(wire);
