import { runProgress } from '../../../lib/cleanup/runs/run-progress.ts';
import { startPlan } from '../../../lib/cleanup/runs/start-run.ts';
import { benchStage } from './bench-stage.ts';
import { overridden } from './overridden.ts';

/** What a person reads of a plan that is being made, and how much of it was really done then, by its requests. */
export type ProgressReading = { readonly share: number | null; readonly truth: number };

/** Makes a plan by the shipped rules, and reads how far it is each time that its place is stored. */
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
    const jobs = overridden(stores.jobs, {
      async advance(job, progress, now) {
        await stores.jobs.advance(job, progress, now);
        await read();
      },
    });

    await read();
    await stage.drain(stage.newWorker({ ...stores, jobs }));

    const all = requests();
    return readings.map(({ share, requests: done }) => ({ share, truth: done / all }));
  } finally {
    await stage.close();
  }
}
