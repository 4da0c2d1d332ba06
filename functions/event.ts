import { httpFunction } from '../lib/aws/http-function.ts';
import { receiveEvent } from '../lib/unbind/receive-event.ts';
import { deployedHandler } from '../lib/wiring/deployed-handler.ts';
import { ingressOf } from '../lib/wiring/ingress-of.ts';
import type { World } from '../lib/wiring/world.ts';

/** Outbound events and outbound webhooks arrive here, one POST per change (B§5.2). */
export const wire = (world: World) => {
  const ingress = ingressOf(world);
  return httpFunction((inbound) => receiveEvent(inbound, ingress), world.log);
};

export const handler = deployedHandler(wire);
