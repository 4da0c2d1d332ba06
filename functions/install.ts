import { httpFunction } from '../lib/aws/lambda/http-function.ts';
import { receiveInstall } from '../lib/inbound/receive-install.ts';
import { deployedHandler } from '../lib/runtime/deployed-handler.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';
import { wireInstallIngress } from '../lib/runtime/wire-install-ingress.ts';

/** Called by Bitrix24 when the application is installed, updated or uninstalled (B§7). */
export const wire = (runtime: Runtime) => {
  const ingress = wireInstallIngress(runtime);
  return httpFunction((inbound) => receiveInstall(inbound, ingress), runtime.log);
};

export const handler = deployedHandler(wire);
