import { expect, test } from '@jest/globals';
import { awaitJob, obstacle } from '../../../../lib/cli/follow/await-job.ts';
import type { Job } from '../../../../lib/jobs/job.ts';
import type { PortalState } from '../../../../lib/portal/portal-store.ts';
import { contextWith } from '../../../support/cli/context-with.ts';
import { JOB, outcome } from '../../../support/cli/run-samples.ts';
import { ManualClock } from '../../../support/portal/manual-clock.ts';

const STATE: PortalState = {
  portal: 'acme',
  addedAt: 0,
  paused: false,
  stop: null,
  budget: null,
  plan: 'standard',
  epoch: 0,
  begun: 0,
  lockedUntil: null,
  wokenAt: null,
  nextWakeAt: null,
  restsUntil: null,
};

/** A context whose job is finished at the given reading. */
function contextOf(finishedAt: number, state: Partial<PortalState> = {}) {
  let readings = 0;
  const clock = new ManualClock();
  const read = async (): Promise<Job> => {
    readings += 1;
    return { ...JOB, phase: readings >= finishedAt ? 'finished' : 'waiting' };
  };
  const deps = contextWith(
    {
      jobs: { read },
      outcomes: { ofJob: async () => [outcome(999)] },
      portals: { read: async () => ({ ...STATE, ...state }) },
    },
    { clock },
  );
  return { deps, clock, readings: () => readings };
}

test('reads the job, ever less often, until it is finished', async () => {
  const { deps, clock, readings } = contextOf(4);
  const start = clock.now();

  expect(await awaitJob(JOB, 60_000, deps)).toMatchObject({ kind: 'finished', outcomes: [{ activityId: 999 }] });
  expect(readings()).toBe(4);
  expect(clock.now() - start).toBe(50 + 75 + 112.5);
});

test('gives up when the time to wait is over', async () => {
  const { deps, clock } = contextOf(Number.POSITIVE_INFINITY);
  const start = clock.now();

  expect(await awaitJob(JOB, 5_000, deps)).toMatchObject({ kind: 'unfinished', why: { kind: 'time' } });
  expect(clock.now() - start).toBe(5_000);
});

test.each([
  ['paused', { paused: true }, { kind: 'paused' }],
  [
    'stopped',
    { stop: { code: 'GRANT_DEAD', since: 0, probeAt: Number.MAX_VALUE, probes: 0 } },
    { kind: 'stopped', code: 'GRANT_DEAD' },
  ],
] as const)('does not wait for a portal that is %s', async (_, state, why) => {
  expect(await awaitJob(JOB, 60_000, contextOf(Number.POSITIVE_INFINITY, state).deps)).toMatchObject({ why });
});

test('waits for a stopped portal whose probe is due: this job probes it', async () => {
  const { deps } = contextOf(1, { stop: { code: 'GRANT_DEAD', since: 0, probeAt: 0, probes: 0 } });

  expect(await obstacle('acme', deps)).toBeNull();
});
