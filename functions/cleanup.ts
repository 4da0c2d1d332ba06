import { scheduleFunction } from '../lib/aws/lambda/schedule-function.ts';
import { deployedHandler } from '../lib/runtime/deployed-handler.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';
import { wireGrantMaintenance, wireSchedule } from '../lib/runtime/wire-schedule.ts';

/** The schedule: lost wake-ups, sweeps by the portals' rules (D§2), pending grants and those of idle portals (D§4). */
export const wire = (runtime: Runtime) => scheduleFunction(wireSchedule(runtime), wireGrantMaintenance(runtime));

export const handler = deployedHandler(wire);
