import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type JobStage, jobStage, NOW, robotJob, sweepJob } from '../../../support/aws/job-stage.ts';

let stage: JobStage;
beforeAll(async () => {
  stage = await jobStage();
});
afterAll(() => stage.close());

describe('the queue of a portal', () => {
  test('gives the earliest first, and no more than asked for', async () => {
    const portal = freshPortal();
    await stage.jobs.add(robotJob(portal, 'late'), NOW + 10);
    await stage.jobs.add(robotJob(portal, 'early'), NOW);
    await stage.jobs.add(robotJob(portal, 'later'), NOW + 20);

    const due = await stage.jobs.due(portal, 'robot', NOW + 20, 2);

    expect(due.map(({ id }) => id)).toEqual(['early', 'late']);
  });

  test('keeps its lanes and other portals apart', async () => {
    const [portal, other] = [freshPortal(), freshPortal()];
    await stage.jobs.add(sweepJob(portal, 's1'), NOW);
    await stage.jobs.add(robotJob(other, 'r1'), NOW);

    expect(await stage.jobs.due(portal, 'robot', NOW, 10)).toEqual([]);
    expect((await stage.jobs.due(portal, 'sweep', NOW, 10)).map(({ id }) => id)).toEqual(['s1']);
  });

  test('knows when the next job of any lane is due', async () => {
    const portal = freshPortal();
    expect(await stage.jobs.nextDueAt(portal)).toBeNull();

    await stage.jobs.add(robotJob(portal, 'r1'), NOW + 9000);
    await stage.jobs.add(sweepJob(portal, 's1'), NOW + 4000);

    expect(await stage.jobs.nextDueAt(portal)).toBe(NOW + 4000);
  });

  test('gives more jobs than fit into one page of the service', async () => {
    const portal = freshPortal();
    const cause = 'x'.repeat(175_000);
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await stage.jobs.add({ ...sweepJob(portal, id), cause }, NOW);

    const due = await stage.jobs.due(portal, 'sweep', NOW, 10);

    expect(due.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  });
});
