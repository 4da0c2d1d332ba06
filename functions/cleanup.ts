import { scheduleFunction } from '../lib/aws/schedule-function.ts';
import { deployedHandler } from '../lib/wiring/deployed-handler.ts';
import { scheduleOf } from '../lib/wiring/schedule-of.ts';
import type { World } from '../lib/wiring/world.ts';

/** The schedule: wake-ups that got lost, and sweeps by the portals' rules (D§2). */
export const wire = (world: World) => scheduleFunction(scheduleOf(world));

export const handler = deployedHandler(wire);
