import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { startApply, startPlan } from '../../../lib/cleanup/start-run.ts';
import { benchStage } from './bench-stage.ts';
import type { WorkerOrder } from './worker-process.ts';

export type WorkerMemory = { readonly plan: number; readonly apply: number };

const run = promisify(execFile);
/**
 * V8 takes as much memory as it may before it collects, so the heap is limited to what the worker cannot do without. Some 85 MB
 * are Node itself; another 20 to 40 are left behind by V8's compilers, and vary from run to run.
 */
const HEAP = ['--max-old-space-size=24', '--max-semi-space-size=4'];
const REQUIRE = "import{createRequire as _cr}from'node:module';const require=_cr(import.meta.url);";

/** The most memory (MB resident) that a worker needs to plan and apply, in a process without the portal and the stores. */
export async function measureMemory(deals: number, seed: string): Promise<WorkerMemory> {
  const folder = mkdtempSync(join(tmpdir(), 'unbind-bench-'));
  const worker = join(folder, 'worker.mjs');
  await bundle(worker);
  const stage = await benchStage(deals, seed);
  try {
    // The worker has its own clock, so the portal cannot enforce its rate limit.
    stage.portal.settings.rateLimit = null;
    const order: WorkerOrder = { config: stage.config, member: stage.member };
    const serve = async (): Promise<number> => {
      const { stdout } = await run(process.execPath, [...HEAP, worker, JSON.stringify(order)]);
      return Number(Object(JSON.parse(stdout)).megabytes);
    };
    const { plan } = await startPlan(stage.member, stage.deps);
    const planning = await serve();
    await startApply(stage.member, plan, stage.deps);
    return { plan: planning, apply: await serve() };
  } finally {
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bundles as the functions are bundled: unbundled TypeScript would need a compiler in memory. */
const bundle = (outfile: string) =>
  build({
    entryPoints: [new URL('worker-process.ts', import.meta.url).pathname],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    logLevel: 'warning',
  });
