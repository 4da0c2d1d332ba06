import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  dueEnd,
  FAILED_END,
  FAILED_PREFIX,
  failedKey,
  jobOf,
  laneEnd,
  lanePrefix,
  newJobItem,
  queueKey,
  splitJobId,
} from '../../../../lib/aws/dynamodb/job-item.ts';
import { intentIsOpen, JobItems, UNFINISHED } from '../../../../lib/aws/dynamodb/job-items.ts';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { eventJob, NOW, robotJob } from '../../../support/aws/job-stage.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

const MISSING = 'attribute_not_exists(id)';

let aws: TemporaryLocalAws;
let items: JobItems;
let portal: string;
beforeAll(async () => {
  aws = await temporaryLocalAws();
  items = new JobItems(aws.clients.dynamo, aws.config.tables.jobs);
});
afterAll(() => aws.close());
beforeEach(() => {
  portal = freshPortal();
});

describe('the items of jobs', () => {
  test('are written only if the condition holds', async () => {
    const item = newJobItem(robotJob(portal, 'j1'), NOW);

    expect([await items.put(item, MISSING), await items.put(item, MISSING)]).toEqual([true, false]);
  });

  test('are changed only while the intent is open', async () => {
    const item = newJobItem(robotJob(portal, 'j1'), NOW);
    await items.put(item, MISSING);
    const end = () => items.update(item, { set: { slice: 1 }, only: intentIsOpen(item) });

    expect([await end(), await end()]).toEqual([true, false]);
  });

  test('of event jobs are changed only while they are at the same run', async () => {
    await items.put({ ...newJobItem(eventJob(portal), NOW), run: 'r2' }, MISSING);
    const change = (run: string) =>
      items.updateAndRead({ portal, id: `event:2:123@${run}` }, { set: { taken: true }, only: [UNFINISHED] });

    expect(await change('r1')).toBeNull();
    expect(await change('r2')).toMatchObject({ run: 'r2', taken: true });
    expect(await items.read(portal, 'event:2:123@r1')).toMatchObject({ run: 'r2' });
  });

  test('are listed in the order of their keys, however few are read at a time', async () => {
    for (const id of ['c', 'a', 'b']) await items.put(newJobItem(robotJob(portal, id), NOW), MISSING);

    const listed = await Array.fromAsync(items.queued(portal, '0#', '0$', 1));

    expect(listed.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });
});

describe('the keys of the queue', () => {
  test('sort jobs by lane, then by when they are due, and failed ones last', () => {
    const keys = [
      queueKey('robot', 5, 'z'),
      queueKey('robot', 100, 'a'),
      queueKey('event', 1, 'a'),
      queueKey('sweep', 0, 'a'),
      failedKey(0, 'a'),
    ];

    expect([...keys].reverse().sort()).toEqual(keys);
  });

  test('of a lane, and of what is due in it, lie in their ranges', () => {
    const within = (key: string, first: string, last: string) => key >= first && key <= last;
    const [due, later] = [queueKey('event', 1000, 'x'), queueKey('event', 1001, 'x')];

    expect([due, later].map((key) => within(key, lanePrefix('event'), dueEnd('event', 1000)))).toEqual([true, false]);
    expect([due, later].map((key) => within(key, lanePrefix('event'), laneEnd('event')))).toEqual([true, true]);
    expect(within(due, lanePrefix('robot'), laneEnd('robot'))).toBe(false);
    expect(within(failedKey(1000, 'x'), FAILED_PREFIX, FAILED_END)).toBe(true);
  });
});

describe('the item of a job', () => {
  test('becomes the job that it was made of', () => {
    const asked = robotJob('acme', 'j1');

    const job = jobOf(newJobItem(asked, 7));

    expect(job).toMatchObject({ ...asked, phase: 'waiting', createdAt: 7, dueAt: 7, answerBy: null, events: 0 });
  });

  test('of an event job has an id without the run, and the job one with it', () => {
    const item = { ...newJobItem(robotJob('acme', 'event:2:5'), 7), run: 'r1', built: new Set([3, 4]), events: 2 };

    expect(jobOf(item)).toMatchObject({ id: 'event:2:5@r1', events: 2, builtAt: [3, 4] });
  });

  test.each([
    ['robot:x', { key: 'robot:x', run: null }],
    ['event:2:5@r1', { key: 'event:2:5', run: 'r1' }],
    ['event:a@b@r1', { key: 'event:a@b', run: 'r1' }],
  ])('%s is split into its id and its run', (jobId, parts) => {
    expect(splitJobId(jobId)).toEqual(parts);
  });
});
