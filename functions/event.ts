import { httpFunction } from '../lib/aws/lambda/http-function.ts';
import type { Inbound } from '../lib/inbound/accept-job.ts';
import { receiveEvent } from '../lib/inbound/receive-event.ts';
import { receiveUninstall } from '../lib/inbound/receive-uninstall.ts';
import { deployedHandler } from '../lib/runtime/deployed-handler.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';
import { wireIngress } from '../lib/runtime/wire-ingress.ts';

/** Called by Bitrix24 with events, also those of outbound webhooks: one POST per change (B§5.2). */
export const wire = (runtime: Runtime) => {
  const ingress = wireIngress(runtime);
  const receive = (inbound: Inbound) => receiveEvent(inbound, ingress, (event) => receiveUninstall(event, ingress));
  return httpFunction(receive, runtime.log);
};

export const handler = deployedHandler(wire);
