import { httpFunction } from '../lib/aws/lambda/http-function.ts';
import { receiveInstall } from '../lib/inbound/receive-install.ts';
import { deployedHandler } from '../lib/runtime/deployed-handler.ts';
import { installIngressOf } from '../lib/runtime/install-ingress-of.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';

/** The application's installation, update and removal arrive here (B§7). */
export const wire = (runtime: Runtime) => {
  const ingress = installIngressOf(runtime);
  return httpFunction((inbound) => receiveInstall(inbound, ingress), runtime.log);
};

export const handler = deployedHandler(wire);
