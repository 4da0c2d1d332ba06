import { scheduleFunction } from '../lib/aws/lambda/schedule-function.ts';
import { deployedHandler } from '../lib/runtime/deployed-handler.ts';
import { grantTendingOf } from '../lib/runtime/grant-maintenance-of.ts';
import type { World } from '../lib/runtime/runtime.ts';
import { scheduleOf } from '../lib/runtime/schedule-of.ts';

/** The schedule: wake-ups that got lost, sweeps by the portals' rules (D§2), grants that wait or idle (D§4). */
export const wire = (world: World) => scheduleFunction(scheduleOf(world), grantTendingOf(world));

export const handler = deployedHandler(wire);
