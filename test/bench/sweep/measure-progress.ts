import { runProgress } from '../../../lib/cleanup/run-progress.ts';
import { startPlan } from '../../../lib/cleanup/start-run.ts';
import { benchStage } from './bench-stage.ts';
import { overrideMethods } from './override-methods.ts';

/** The progress of a plan as a person reads it, and how many of its requests were really made by then. */
export type ProgressReading = { readonly share: number | null; readonly actual: number };

/** Makes a plan by the built-in rules and reads its progress each time a checkpoint is stored. */
export async function measureProgress(deals: number, seed: string): Promise<ProgressReading[]> {
  const stage = await benchStage(deals, seed);
  try {
    const { stores, member, portal, deps } = stage;
    const requests = () => portal.ledger.requests.filter(({ host }) => host === 'portal').length;
    const readings: { readonly share: number | null; readonly requests: number }[] = [];
    const started = await startPlan(member, deps);
    const read = async (): Promise<void> => {
      const progress = await runProgress(member, `plan:${started.plan}`, stores);
      readings.push({ share: progress?.share ?? null, requests: requests() });
    };
    const jobs = overrideMethods(stores.jobs, {
      async advance(job, progress, now) {
        await stores.jobs.advance(job, progress, now);
        await read();
      },
    });

    await read();
    await stage.drain(stage.newWorker({ ...stores, jobs }));

    const all = requests();
    return readings.map(({ share, requests: done }) => ({ share, actual: done / all }));
  } finally {
    await stage.close();
  }
}
