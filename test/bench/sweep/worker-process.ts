import { awsStores } from '../../../lib/aws/aws-stores.ts';
import type { Config } from '../../../lib/config.ts';
import { jumpingClock } from '../../support/jumping-clock.ts';
import { benchWorker, drain } from './bench-worker.ts';

/** The only argument of the worker process that measures memory. */
export type WorkerOrder = { readonly config: Config; readonly member: string };

const SAMPLE_MS = 50;

/** Serves the portal with nothing but the product, and prints how much memory it needed at most. */
const { config, member } = JSON.parse(process.argv[2] ?? '') as WorkerOrder; // written by measure-memory.ts
const clock = jumpingClock();
let most = 0;
const sample = (): void => {
  most = Math.max(most, process.memoryUsage().rss);
};
const sampling = setInterval(sample, SAMPLE_MS);
await drain(benchWorker(config, awsStores(config, { clock }), clock), member, clock);
sample();
clearInterval(sampling);
console.log(JSON.stringify({ megabytes: Math.round(most / 1_000_000) }));
process.exit(0);
