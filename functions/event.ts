import { httpFunction } from '../lib/aws/lambda/http-function.ts';
import type { Inbound } from '../lib/inbound/accept-job.ts';
import { receiveEvent } from '../lib/inbound/receive-event.ts';
import { uninstalled } from '../lib/inbound/receive-uninstall.ts';
import { deployedHandler } from '../lib/runtime/deployed-handler.ts';
import { ingressOf } from '../lib/runtime/ingress-of.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';

/** Outbound events and outbound webhooks arrive here, one POST per change (B§5.2). */
export const wire = (runtime: Runtime) => {
  const ingress = ingressOf(runtime);
  const receive = (inbound: Inbound) => receiveEvent(inbound, ingress, (removal) => uninstalled(removal, ingress));
  return httpFunction(receive, runtime.log);
};

export const handler = deployedHandler(wire);
