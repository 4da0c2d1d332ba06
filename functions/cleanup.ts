import { scheduleFunction } from '../lib/aws/schedule-function.ts';
import { deployedHandler } from '../lib/wiring/deployed-handler.ts';
import { grantTendingOf } from '../lib/wiring/grant-tending-of.ts';
import { scheduleOf } from '../lib/wiring/schedule-of.ts';
import type { World } from '../lib/wiring/world.ts';

/** The schedule: wake-ups that got lost, sweeps by the portals' rules (D§2), grants that wait or idle (D§4). */
export const wire = (world: World) => scheduleFunction(scheduleOf(world), grantTendingOf(world));

export const handler = deployedHandler(wire);
