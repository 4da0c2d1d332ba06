import type { Job, NewJob } from '../../../lib/jobs/job.ts';
import type { JobStore, Progress } from '../../../lib/jobs/job-store.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from './temporary-local-aws.ts';

export type JobStage = {
  readonly aws: TemporaryLocalAws;
  readonly jobs: JobStore;
  /** The one job that is due. */
  onlyDue(portal: string, lane?: Job['lane'], now?: number): Promise<Job>;
  close(): Promise<void>;
};

/** The store of jobs over a local AWS of its own. */
export async function jobStage(): Promise<JobStage> {
  const aws = await temporaryLocalAws();
  const { jobs } = aws.stores;
  return {
    aws,
    jobs,
    async onlyDue(portal, lane = 'event', now = NOW) {
      const [job, ...others] = await jobs.due(portal, lane, now, 10);
      if (job === undefined || others.length > 0) throw new Error('Expected exactly one job to be due');
      return job;
    },
    close: () => aws.close(),
  };
}

export const NOW = Date.parse('2026-11-24T10:00:00Z');

export const robotJob = (portal: string, id: string): NewJob => ({
  portal,
  id,
  lane: 'robot',
  trigger: 'robot',
  cause: 'workflow-1',
  eventToken: 'event-token',
  task: {
    kind: 'unbind',
    element: { entityTypeId: 2, entityId: 123 },
    activities: [999],
    filter: { types: ['email'], completedOnly: true },
  },
});

export const eventJob = (portal: string, cause = 'ONCRMDEALUPDATE'): NewJob => ({
  portal,
  id: 'event:2:123',
  lane: 'event',
  trigger: 'event',
  cause,
  task: { kind: 'element_changed', element: { entityTypeId: 2, entityId: 123 } },
});

export const sweepJob = (portal: string, id: string): NewJob => ({
  portal,
  id,
  lane: 'sweep',
  trigger: 'cleanup',
  cause: id,
  task: { kind: 'sweep' },
});

export const progress = (over: Partial<Progress> = {}): Progress => ({
  phase: 'waiting',
  cursor: { after: 50 },
  counts: { unbound: 2 },
  code: null,
  dueAt: NOW,
  ...over,
});

export const finished = progress({ phase: 'finished', cursor: null });

export const failed = progress({ phase: 'failed', cursor: null, code: 'GRANT_DEAD' });
