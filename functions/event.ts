import { httpFunction } from '../lib/aws/http-function.ts';
import type { Inbound } from '../lib/unbind/ingress.ts';
import { receiveEvent } from '../lib/unbind/receive-event.ts';
import { uninstalled } from '../lib/unbind/uninstalled.ts';
import { deployedHandler } from '../lib/wiring/deployed-handler.ts';
import { ingressOf } from '../lib/wiring/ingress-of.ts';
import type { World } from '../lib/wiring/world.ts';

/** Outbound events and outbound webhooks arrive here, one POST per change (B§5.2). */
export const wire = (world: World) => {
  const ingress = ingressOf(world);
  const receive = (inbound: Inbound) => receiveEvent(inbound, ingress, (removal) => uninstalled(removal, ingress));
  return httpFunction(receive, world.log);
};

export const handler = deployedHandler(wire);
