import { workerFunction } from '../lib/aws/worker-function.ts';
import { deployedHandler } from '../lib/wiring/deployed-handler.ts';
import { engineOf } from '../lib/wiring/engine-of.ts';
import type { World } from '../lib/wiring/world.ts';

/** Hears the bells and serves their portals (D§2). */
export const wire = (world: World) => {
  const { engine, bells } = engineOf(world);
  return workerFunction(engine, bells);
};

export const handler = deployedHandler(wire);
