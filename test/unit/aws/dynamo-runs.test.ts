import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TemporaryLocalAws, temporaryLocalAws } from './temporary-local-aws.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

let portals = 0;
const newPortal = (): string => `portal-${++portals}`;

async function itemsOf(portal: string): Promise<number> {
  const { Count } = await aws.clients.dynamo.send(
    new QueryCommand({
      TableName: aws.config.tables.outcomes,
      KeyConditionExpression: 'portal = :portal',
      ExpressionAttributeValues: { ':portal': portal },
    }),
  );
  return Count ?? 0;
}

describe('the history of runs', () => {
  it('is empty at first, and has the newest run first', async () => {
    const [{ runs }, portal] = [aws.stores, newPortal()];
    const before = await runs.history(portal);

    await runs.noteBegun(portal, { id: 'a', since: 1 });
    await runs.noteBegun(portal, { id: 'b', since: 2 });
    await runs.noteEnded(portal, { id: 'a', since: 1 }, { at: 5, why: 'stopped', done: null, code: null });

    expect(before).toEqual([]);
    expect(await runs.history(portal)).toEqual([
      { id: 'b', since: 2, end: null },
      { id: 'a', since: 1, end: { at: 5, why: 'stopped', done: null, code: null } },
    ]);
    expect(await runs.history(newPortal())).toEqual([]);
  });

  it('has a run once, from its first beginning to its last end, however often it is repeated after a crash', async () => {
    const [{ runs }, portal] = [aws.stores, newPortal()];
    await runs.noteBegun(portal, { id: 'a', since: 1 });
    await runs.noteEnded(portal, { id: 'a', since: 1 }, { at: 5, why: 'rules_changed', done: null, code: null });

    await runs.noteBegun(portal, { id: 'a', since: 7 });
    const again = await runs.history(portal);
    for (const at of [8, 9])
      await runs.noteEnded(portal, { id: 'a', since: 7 }, { at, why: 'through', done: null, code: null });

    expect(again).toEqual([{ id: 'a', since: 1, end: null }]);
    expect(await runs.history(portal)).toEqual([
      { id: 'a', since: 1, end: { at: 9, why: 'through', done: null, code: null } },
    ]);
  });

  it('has a run that ended without its turn', async () => {
    const [{ runs }, portal] = [aws.stores, newPortal()];

    await runs.noteEnded(portal, { id: 'a', since: 3 }, { at: 3, why: 'stopped', done: null, code: null });

    expect(await runs.history(portal)).toEqual([
      { id: 'a', since: 3, end: { at: 3, why: 'stopped', done: null, code: null } },
    ]);
  });

  it('keeps the newest fifty in one item, which is in no list of outcomes', async () => {
    const [{ runs, outcomes }, portal] = [aws.stores, newPortal()];

    for (let since = 1; since <= 60; since += 1) await runs.noteBegun(portal, { id: `run-${since}`, since });

    const history = await runs.history(portal);
    expect(history.map(({ since }) => since)).toEqual(Array.from({ length: 50 }, (_, index) => 60 - index));
    expect(await itemsOf(portal)).toBe(1);
    expect(await Array.fromAsync(outcomes.list({ portal }))).toEqual([]);
  });

  it('loses nothing when two workers write at once', async () => {
    const [{ runs }, portal] = [aws.stores, newPortal()];

    await Promise.all(['a', 'b', 'c'].map((id, since) => runs.noteBegun(portal, { id, since })));

    expect((await runs.history(portal)).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });
});

describe('how far a run is undone', () => {
  it('is kept for each run', async () => {
    const [{ runs }, portal] = [aws.stores, newPortal()];
    const undone = { after: 'a/unbind/1/2:1', count: 45, through: false, by: ['undo:x'] };

    await runs.setUndone(portal, 'a', undone);
    await runs.setUndone(portal, 'b', { ...undone, after: null, by: [] });

    expect(await runs.undone(portal, 'a')).toEqual(undone);
    expect(await runs.undone(portal, 'b')).toEqual({ ...undone, after: null, by: [] });
    expect(await runs.undone(portal, 'c')).toBeNull();
  });
});
