import { type Job, LANES } from '../jobs/job.ts';
import type { JobStore, Progress } from '../jobs/job-store.ts';
import { errorName } from '../log.ts';
import { FAR_AHEAD_MS } from './policy.ts';
import type { WorkerPorts } from './worker-ports.ts';

type Deps = Pick<WorkerPorts, 'jobs' | 'isLasting' | 'clock' | 'log'>;

/**
 * The store of jobs for one serving, in which a write that a store refuses for good (the item is too large, a right is missing)
 * ends its job and not the serving of the portal: the job is kept as failed, with the error as its code. If not even that
 * can be written, the job is left out of this serving; its id is added to `leftOut`.
 */
export function giveUpUnstorableJobs(deps: Deps, leftOut: Set<string>): JobStore {
  const { jobs, clock } = deps;
  const write = <T>(job: Job, store: () => Promise<T>, counts = job.counts): Promise<T | null> =>
    writeOrGiveUp(deps, leftOut, { job, store, counts });
  const due: JobStore['due'] = async (portal, lane, now, limit) => {
    const found = await jobs.due(portal, lane, now, limit + leftOut.size);
    return found.filter(({ id }) => !leftOut.has(id)).slice(0, limit);
  };
  return {
    add: (job, now) => jobs.add(job, now),
    coalesce: (job, now) => jobs.coalesce(job, now),
    read: (portal, id) => jobs.read(portal, id),
    failed: (portal) => jobs.failed(portal),
    markRedriven: (job) => jobs.markRedriven(job),
    inEpoch: (epoch) => giveUpUnstorableJobs({ ...deps, jobs: jobs.inEpoch(epoch) }, leftOut),
    due,
    async nextDueAt(portal) {
      const firsts = await Promise.all(LANES.map((lane) => due(portal, lane, clock.now() + FAR_AHEAD_MS, 1)));
      const times = firsts.flat().map(({ dueAt }) => dueAt);
      return times.length === 0 ? null : Math.min(...times);
    },
    async take(asked) {
      const taken = await Promise.all(asked.map((job) => write(job, () => jobs.take([job]))));
      return taken.flatMap((one) => one ?? []);
    },
    async advance(job, progress, now) {
      await write(job, () => jobs.advance(job, progress, now), progress.counts);
    },
    async dropEventToken(job) {
      await write(job, () => jobs.dropEventToken(job));
    },
    async postpone(job, dueAt, failures, begun) {
      await write(job, () => jobs.postpone(job, dueAt, failures, begun));
    },
  };
}

type Write<T> = Pick<Progress, 'counts'> & { readonly job: Job; readonly store: () => Promise<T> };

/** Returns the result of the write; null: its job was given up. */
async function writeOrGiveUp<T>(deps: Deps, leftOut: Set<string>, { job, store, counts }: Write<T>): Promise<T | null> {
  if (leftOut.has(job.id)) return null;
  try {
    return await store();
  } catch (error) {
    if (!deps.isLasting(error)) throw error;
    const code = errorName(error);
    deps.log.error('job_given_up', { portal: job.portal, job: job.id, code, alarm: true });
    if (!(await failJob(deps, job, code, counts))) leftOut.add(job.id);
    return null;
  }
}

/** Without its checkpoint, which may be what is too large. Its workflow is answered first. False: it cannot be written. */
async function failJob(
  { jobs, clock, isLasting }: Deps,
  job: Job,
  code: string,
  counts: Progress['counts'],
): Promise<boolean> {
  const now = clock.now();
  try {
    const stored = await jobs.read(job.portal, job.id);
    const owesAnswer = job.phase === 'waiting' && stored !== null && stored.eventToken !== null;
    const failed = { ...counts, failed: (counts.failed ?? 0) + 1 };
    const phase = owesAnswer ? 'answering' : 'failed';
    await jobs.advance(job, { phase, cursor: null, counts: failed, code, dueAt: now }, now);
    return true;
  } catch (error) {
    if (!isLasting(error)) throw error;
    return false;
  }
}
