import { scheduleFunction } from '../lib/aws/lambda/schedule-function.ts';
import { deployedHandler } from '../lib/runtime/deployed-handler.ts';
import { grantMaintenanceOf } from '../lib/runtime/grant-maintenance-of.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';
import { scheduleOf } from '../lib/runtime/schedule-of.ts';

/** The schedule: wake-ups that got lost, sweeps by the portals' rules (D§2), grants that wait or idle (D§4). */
export const wire = (runtime: Runtime) => scheduleFunction(scheduleOf(runtime), grantMaintenanceOf(runtime));

export const handler = deployedHandler(wire);
