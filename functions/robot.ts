import { httpFunction } from '../lib/aws/lambda/http-function.ts';
import { receiveRobot } from '../lib/inbound/receive-robot.ts';
import { deployedHandler } from '../lib/runtime/deployed-handler.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';
import { wireIngress } from '../lib/runtime/wire-ingress.ts';

/** Called by Bitrix24 for the robot in automation rules: one POST per run (B§6.2). */
export const wire = (runtime: Runtime) => {
  const ingress = wireIngress(runtime);
  return httpFunction((inbound) => receiveRobot(inbound, ingress), runtime.log);
};

export const handler = deployedHandler(wire);
