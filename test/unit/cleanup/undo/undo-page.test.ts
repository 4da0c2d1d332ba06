import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { undoPage } from '../../../../lib/cleanup/undo/undo-page.ts';
import type { Checkpoint, Counts, Job, Task } from '../../../../lib/jobs/job.ts';
import type { Outcome, Status } from '../../../../lib/jobs/outcome.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

let portals = 0;
let portal: string;
beforeEach(() => {
  portal = `portal-${++portals}`;
});

const outcome = (job: string, activityId: number, status: Status, action = 'unbind'): Outcome => ({
  id: `${job}/${action}/${activityId}/2:1`,
  portal,
  activityId,
  entityTypeId: 2,
  entityId: 1,
  status,
  code: null,
  trigger: 'cleanup',
  cause: job,
  attempts: 1,
  durationMs: 0,
  at: '2026-11-24T06:00:00.000Z',
});

const outcomes = (job: string, ids: readonly number[], status: Status = 'unbound') =>
  ids.map((id) => outcome(job, id, status));

/** Ids of three digits, so that they sort as texts. */
const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

async function job(id: string, task: Task, cursor: Checkpoint | null = null, counts: Counts = {}): Promise<Job> {
  await aws.stores.jobs.add({ portal, id, lane: 'sweep', trigger: 'cli', cause: id, task }, 0);
  const added = await aws.stores.jobs.read(portal, id);
  if (added === null) throw new Error('there is no job');
  return { ...added, cursor, counts };
}

/** All pages of a job, each from the checkpoint of the one before. */
async function pagesOf(id: string, task: Task): Promise<number[][]> {
  const pages: number[][] = [];
  for (let cursor: Checkpoint | null = null; ; ) {
    const page = await undoPage(await job(id, task, cursor), aws.stores);
    if (page.length === 0) return pages;
    pages.push(page.map((undoing) => undoing.outcome.activityId));
    cursor = page.at(-1)?.checkpoint ?? null;
  }
}

const bothRuns = { kind: 'undo', runs: ['apply:p:1', 'apply:p:2'], total: 110 } as const;

describe('the pages of an undo', () => {
  it('of several runs hold what these have unbound, one run after the other, and note how far each is undone', async () => {
    const { outcomes: records, runs } = aws.stores;
    await records.record([...outcomes('apply:p:1', from(100, 60)), ...outcomes('apply:p:1', [500], 'refused')]);
    await records.record(outcomes('apply:p:2', from(200, 50)));

    const first = await undoPage(await job('undo:p:1', bothRuns), aws.stores);
    const begun = await runs.undone(portal, 'apply:p:1');
    const pages = await pagesOf('undo:p:1', bothRuns);

    expect(first.map((undoing) => undoing.outcome.activityId)).toEqual(from(100, 45));
    expect(begun).toEqual({ after: null, count: 0, completed: false, by: ['undo:p:1'] });
    expect(pages).toEqual([from(100, 45), from(145, 15), from(200, 45), from(245, 5)]);
    const completed = { completed: true, by: ['undo:p:1'] };
    expect(await runs.undone(portal, 'apply:p:1')).toMatchObject({ count: 60, ...completed });
    expect(await runs.undone(portal, 'apply:p:2')).toMatchObject({ count: 50, ...completed });
  });

  it('of several runs start where an earlier undo was stopped; those of one run at its beginning', async () => {
    await aws.stores.outcomes.record(outcomes('apply:p:1', from(100, 60)));
    const after = 'apply:p:1/unbind/149/2:1';
    await aws.stores.runs.setUndone(portal, 'apply:p:1', { after, count: 50, completed: false, by: ['undo:p:1'] });

    const several = await pagesOf('undo:p:2', bothRuns);
    const one = await pagesOf('undo:x', { kind: 'undo', run: 'apply:p:1' });

    expect(several).toEqual([from(150, 10)]);
    expect(one.flat()).toEqual(from(100, 60));
  });

  it('start over after something has failed', async () => {
    await aws.stores.outcomes.record(outcomes('apply:p:1', from(100, 60)));
    const cursor = { run: 'apply:p:1', after: 'apply:p:1/unbind/159/2:1', count: 60 };

    const rest = await undoPage(await job('undo:p:1', bothRuns, cursor, { bound: 59, failed: 1 }), aws.stores);

    expect(rest).toEqual([]);
    expect(await pagesOf('undo:p:2', bothRuns)).toEqual([from(100, 45), from(145, 15)]);
  });

  it('hold a binding once that two runs have unbound', async () => {
    await aws.stores.outcomes.record([...outcomes('apply:p:1', [100]), ...outcomes('apply:p:2', [100, 101])]);
    await aws.stores.outcomes.record([outcome('undo:p:1', 100, 'bound', 'bind')]);
    const cursor = { run: 'apply:p:1', after: 'apply:p:1/unbind/100/2:1', count: 1 };

    const page = await undoPage(await job('undo:p:1', bothRuns, cursor), aws.stores);

    expect(page.map((undoing) => undoing.outcome.activityId)).toEqual([101]);
  });

  it('of named outcomes hold all, and of several about one binding the one that can be undone', async () => {
    const own = [...outcomes('apply:p:1', from(100, 50), 'refused'), ...outcomes('apply:p:1', from(200, 50))];
    const named = [...own, ...outcomes('apply:p:0', from(200, 50), 'skipped'), ...outcomes('apply:p:2', from(200, 50))];
    await aws.stores.outcomes.record(named);

    const pages = await pagesOf('undo:x', { kind: 'undo', outcomes: named.map(({ id }) => id) });

    expect(pages).toEqual([from(100, 45), [...from(145, 5), ...from(200, 40)], from(240, 10)]);
  });
});
