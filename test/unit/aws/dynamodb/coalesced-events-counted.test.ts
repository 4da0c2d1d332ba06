import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Job, NewJob } from '../../../../lib/jobs/job.ts';
import type { JobStore } from '../../../../lib/jobs/job-store.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
let jobs: JobStore;
beforeAll(async () => {
  aws = await temporaryLocalAws();
  ({ jobs } = aws.stores);
});
afterAll(() => aws.close());

const NOW = Date.parse('2026-11-24T10:00:00Z');
let portals = 0;
const newPortal = (): string => `portal-${++portals}`;

const eventJob = (portal: string): NewJob => ({
  portal,
  id: 'event:activity:7',
  lane: 'event',
  trigger: 'event',
  cause: 'ONCRMACTIVITYUPDATE',
  task: { kind: 'activity_changed', activityId: 7 },
});

const due = (portal: string): Promise<Job[]> => jobs.due(portal, 'event', NOW, 10);
const END = { phase: 'finished', cursor: null, counts: {}, code: null, dueAt: NOW } as const;
const endAll = (taken: readonly Job[]) => Promise.all(taken.map((job) => jobs.advance(job, END, NOW)));

async function arrive(portal: string, events: number): Promise<void> {
  await Promise.all(Array.from({ length: events }, () => jobs.coalesce(eventJob(portal), NOW)));
}

describe('events that coalesce', () => {
  it('are counted, however many come at once', async () => {
    const portal = newPortal();

    await arrive(portal, 5);

    expect(await due(portal)).toMatchObject([{ events: 5 }]);
  });

  it('are counted until the job is taken, and from then on for the next one', async () => {
    const portal = newPortal();
    await arrive(portal, 1);
    const waiting = await due(portal);
    await arrive(portal, 2);

    const taken = await jobs.take(waiting);
    await arrive(portal, 3);
    await endAll(taken);

    expect(taken).toMatchObject([{ id: waiting[0]?.id, events: 3 }]);
    expect(await due(portal)).toMatchObject([{ events: 3 }]);
  });

  it('are counted when they come while the job ends', async () => {
    const portal = newPortal();
    await arrive(portal, 1);
    const taken = await jobs.take(await due(portal));
    await arrive(portal, 1);

    await Promise.all([endAll(taken), arrive(portal, 4)]);

    expect((await due(portal)).map(({ events }) => events)).toEqual([5]);
  });
});

it('jobs without events count none', async () => {
  const portal = newPortal();
  await jobs.add({ ...eventJob(portal), id: 'redrive:event:activity:7+1' }, NOW);

  expect(await jobs.take(await due(portal))).toMatchObject([{ events: 0 }]);
});

describe('the times at which events were built', () => {
  const arriveAt = (portal: string, builtAt: number | null) => jobs.coalesce({ ...eventJob(portal), builtAt }, NOW);
  const builtIn = async (portal: string) =>
    (await jobs.take(await due(portal))).map(({ builtAt }) => builtAt.toSorted((one, other) => one - other));

  it('are stored, each once, and as 0 for one that does not say', async () => {
    const portal = newPortal();
    for (const builtAt of [5_000, 4_000, 5_000, null]) await arriveAt(portal, builtAt);

    expect(await builtIn(portal)).toEqual([[0, 4_000, 5_000]]);
  });

  it('are those of the next job when they come after the first was taken', async () => {
    const portal = newPortal();
    await arriveAt(portal, 1_000);
    const taken = await jobs.take(await due(portal));
    await arriveAt(portal, 2_000);
    await endAll(taken);

    expect(await builtIn(portal)).toEqual([[2_000]]);
  });

  it('are not stored for very many events, which are counted all the same', async () => {
    const portal = newPortal();
    for (let n = 1; n <= 130; n++) await arriveAt(portal, n);

    const [job] = await jobs.take(await due(portal));

    expect(job?.events).toBe(130);
    expect(job?.builtAt).toHaveLength(101);
    expect(job?.builtAt).toContain(0);
  });
});
