import { workerFunction } from '../lib/aws/lambda/worker-function.ts';
import { deployedHandler } from '../lib/runtime/deployed-handler.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';
import { wireWorker } from '../lib/runtime/wire-worker.ts';

/** Receives wake-ups and serves their portals (D§2). */
export const wire = (runtime: Runtime) => {
  const { worker, wakeUps } = wireWorker(runtime);
  return workerFunction(worker, wakeUps);
};

export const handler = deployedHandler(wire);
