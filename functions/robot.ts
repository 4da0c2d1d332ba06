import { httpFunction } from '../lib/aws/lambda/http-function.ts';
import { receiveRobot } from '../lib/inbound/receive-robot.ts';
import { deployedHandler } from '../lib/runtime/deployed-handler.ts';
import { ingressOf } from '../lib/runtime/ingress-of.ts';
import type { World } from '../lib/runtime/runtime.ts';

/** Automation rules call here, one POST per run (B§6.2). */
export const wire = (world: World) => {
  const ingress = ingressOf(world);
  return httpFunction((inbound) => receiveRobot(inbound, ingress), world.log);
};

export const handler = deployedHandler(wire);
