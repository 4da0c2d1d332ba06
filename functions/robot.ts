import { httpFunction } from '../lib/aws/lambda/http-function.ts';
import { receiveRobot } from '../lib/inbound/receive-robot.ts';
import { deployedHandler } from '../lib/runtime/deployed-handler.ts';
import { ingressOf } from '../lib/runtime/ingress-of.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';

/** Automation rules call here, one POST per run (B§6.2). */
export const wire = (runtime: Runtime) => {
  const ingress = ingressOf(runtime);
  return httpFunction((inbound) => receiveRobot(inbound, ingress), runtime.log);
};

export const handler = deployedHandler(wire);
