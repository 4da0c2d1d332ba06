import { workerFunction } from '../lib/aws/lambda/worker-function.ts';
import { deployedHandler } from '../lib/runtime/deployed-handler.ts';
import type { World } from '../lib/runtime/runtime.ts';
import { engineOf } from '../lib/runtime/worker-of.ts';

/** Hears the bells and serves their portals (D§2). */
export const wire = (world: World) => {
  const { engine, bells } = engineOf(world);
  return workerFunction(engine, bells);
};

export const handler = deployedHandler(wire);
