import { expect, test } from '@jest/globals';
import type { RunRecord } from '../../../../lib/cleanup/runs/run-store.ts';
import { runStatus } from '../../../../lib/cli/follow/run-status.ts';
import type { Job } from '../../../../lib/jobs/job.ts';
import { JOB } from '../../../support/cli/run-samples.ts';

const statusOf = (job: Partial<Job> | null, history: readonly RunRecord[] = []) =>
  runStatus('acme', JOB.id, {
    jobs: { read: async () => (job === null ? null : { ...JOB, ...job }) },
    plans: { read: async () => null },
    runs: { current: async () => null, isAskedToStop: async () => false, history: async () => [...history] },
  });

const record = (end: RunRecord['end']): RunRecord => ({ id: JOB.id, since: 0, end });

test('a job that does not exist is no run', async () => {
  expect(await statusOf(null)).toBeNull();
});

test('a run that is not over has no end, even if one is recorded: a crash may repeat it', async () => {
  const end = { at: 1, why: 'stopped', done: 3, code: null } as const;

  expect(await statusOf({ phase: 'waiting' }, [record(end)])).toMatchObject({ status: 'queued', ended: null });
});

test('a run that a person stopped is stopped, with its own count', async () => {
  const end = { at: 1_000, why: 'stopped', done: 3, code: null } as const;

  expect(await statusOf({ phase: 'finished' }, [record(end)])).toMatchObject({
    status: 'stopped',
    ended: 'stopped',
    done: 3,
    since: '1970-01-01T00:00:00.000Z',
    endedAt: '1970-01-01T00:00:01.000Z',
  });
});

test('a failed run without a recorded end was given up', async () => {
  expect(await statusOf({ phase: 'failed', code: 'INTERNAL_ERROR' })).toMatchObject({
    status: 'failed',
    ended: 'given_up',
    code: 'INTERNAL_ERROR',
  });
});

test('the end of an old run is told by the code of its job', async () => {
  expect(await statusOf({ phase: 'finished', code: 'RULES_CHANGED' })).toMatchObject({ ended: 'rules_changed' });
  expect(await statusOf({ phase: 'finished', code: 'ACCESS_DENIED' })).toMatchObject({ ended: null });
});
