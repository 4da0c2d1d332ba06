import { httpFunction } from '../lib/aws/http-function.ts';
import { receiveRobot } from '../lib/unbind/receive-robot.ts';
import { deployedHandler } from '../lib/wiring/deployed-handler.ts';
import { ingressOf } from '../lib/wiring/ingress-of.ts';
import type { World } from '../lib/wiring/world.ts';

/** Automation rules call here, one POST per run (B§6.2). */
export const wire = (world: World) => {
  const ingress = ingressOf(world);
  return httpFunction((inbound) => receiveRobot(inbound, ingress), world.log);
};

export const handler = deployedHandler(wire);
