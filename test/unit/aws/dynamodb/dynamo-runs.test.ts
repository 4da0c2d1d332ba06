import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

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

describe('the run of a portal', () => {
  const run = (id: string) => ({ id, since: 1, rules: '[]' });

  it('is a single one, and only its own end makes room for the next', async () => {
    const [{ runs }, portal] = [aws.stores, freshPortal()];

    expect(await runs.begin(portal, run('a'), null)).toBe(true);
    expect(await runs.begin(portal, run('b'), null)).toBe(false);
    await runs.end(portal, 'b');
    expect(await runs.current(portal)).toEqual(run('a'));
    await runs.end(portal, 'a');
    expect(await runs.current(portal)).toBeNull();
    expect(await runs.begin(portal, run('b'), null)).toBe(true);
  });

  it('can replace one that is known to be over', async () => {
    const [{ runs }, portal] = [aws.stores, freshPortal()];
    await runs.begin(portal, run('a'), null);

    expect(await runs.begin(portal, run('b'), 'x')).toBe(false);
    expect(await runs.begin(portal, run('b'), 'a')).toBe(true);
  });

  it('remembers what it has seen, however far apart the ids are', async () => {
    const [{ runs }, portal] = [aws.stores, freshPortal()];
    const ids = [1, 7, 8, 32_767, 32_768, 9_999_999];
    await runs.addSeen(portal, 'a', ids.slice(0, 3));
    await runs.addSeen(portal, 'a', ids.slice(3));

    expect(await runs.seen(portal, 'a', [...ids, 2, 9, 32_769])).toEqual(new Set(ids));
    expect(await runs.seen(portal, 'b', ids)).toEqual(new Set());
    expect(await runs.seen(portal, 'a', [])).toEqual(new Set());
  });

  it('is asked to stop, and others are not', async () => {
    const [{ runs }, portal] = [aws.stores, freshPortal()];
    await runs.askToStop(portal, 'a');

    expect(await Promise.all(['a', 'b'].map((id) => runs.isAskedToStop(portal, id)))).toEqual([true, false]);
  });

  it('has settings, and leaves what the next one carries on', async () => {
    const [{ runs }, portal] = [aws.stores, freshPortal()];
    expect(await runs.settings(portal)).toEqual({ mode: 'apply', minutes: 360 });

    await runs.setSettings(portal, { mode: 'plan', minutes: 30 });
    const plan = { id: 'p', byRule: { r: 1 }, code: null, by: null };
    await runs.setCarry(portal, 'sweep', { rules: '[]', state: 'x' });
    await runs.setCarry(portal, 'plan', { rules: '[]', state: 'y', plan });

    expect(await runs.settings(portal)).toEqual({ mode: 'plan', minutes: 30 });
    expect(await runs.carry(portal, 'sweep')).toEqual({ rules: '[]', state: 'x' });
    await runs.setCarry(portal, 'sweep', null);
    expect(await runs.carry(portal, 'sweep')).toBeNull();
    expect(await runs.carry(portal, 'plan')).toEqual({ rules: '[]', state: 'y', plan });
  });
});

describe('the history of runs', () => {
  it('is empty at first, and has the newest run first', async () => {
    const [{ runs }, portal] = [aws.stores, freshPortal()];
    const before = await runs.history(portal);

    await runs.noteBegun(portal, { id: 'a', since: 1 });
    await runs.noteBegun(portal, { id: 'b', since: 2 });
    await runs.noteEnded(portal, { id: 'a', since: 1 }, { at: 5, why: 'stopped', done: null, code: null });

    expect(before).toEqual([]);
    expect(await runs.history(portal)).toEqual([
      { id: 'b', since: 2, end: null },
      { id: 'a', since: 1, end: { at: 5, why: 'stopped', done: null, code: null } },
    ]);
    expect(await runs.history(freshPortal())).toEqual([]);
  });

  it('has a run once, from its first beginning to its last end, even if it was repeated after a crash', async () => {
    const [{ runs }, portal] = [aws.stores, freshPortal()];
    await runs.noteBegun(portal, { id: 'a', since: 1 });
    await runs.noteEnded(portal, { id: 'a', since: 1 }, { at: 5, why: 'rules_changed', done: null, code: null });

    await runs.noteBegun(portal, { id: 'a', since: 7 });
    const again = await runs.history(portal);
    for (const at of [8, 9])
      await runs.noteEnded(portal, { id: 'a', since: 7 }, { at, why: 'completed', done: null, code: null });

    expect(again).toEqual([{ id: 'a', since: 1, end: null }]);
    expect(await runs.history(portal)).toEqual([
      { id: 'a', since: 1, end: { at: 9, why: 'completed', done: null, code: null } },
    ]);
  });

  it('has a run that ended before it began', async () => {
    const [{ runs }, portal] = [aws.stores, freshPortal()];

    await runs.noteEnded(portal, { id: 'a', since: 3 }, { at: 3, why: 'stopped', done: null, code: null });

    expect(await runs.history(portal)).toEqual([
      { id: 'a', since: 3, end: { at: 3, why: 'stopped', done: null, code: null } },
    ]);
  });

  it('keeps the newest fifty in one item, which is in no list of outcomes', async () => {
    const [{ runs, outcomes }, portal] = [aws.stores, freshPortal()];

    for (let since = 1; since <= 60; since += 1) await runs.noteBegun(portal, { id: `run-${since}`, since });

    const history = await runs.history(portal);
    expect(history.map(({ since }) => since)).toEqual(Array.from({ length: 50 }, (_, index) => 60 - index));
    expect(await itemsOf(portal)).toBe(1);
    expect(await Array.fromAsync(outcomes.list({ portal }))).toEqual([]);
  });

  it('loses nothing when two workers write at once', async () => {
    const [{ runs }, portal] = [aws.stores, freshPortal()];

    await Promise.all(['a', 'b', 'c'].map((id, since) => runs.noteBegun(portal, { id, since })));

    expect((await runs.history(portal)).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });
});

it.each([
  ['through', 'completed'],
  ['time_is_up', 'time_limit'],
  ['place_gone', 'checkpoint_lost'],
  ['stopped', 'stopped'],
])('a run that an earlier release has recorded as %s is read as %s, and stays so', async (stored, why) => {
  const [{ runs }, portal] = [aws.stores, freshPortal()];
  const record = { id: 'a', since: 1, end: { at: 5, why: stored, done: 7 } };
  const Item = { portal, id: 'history', runs: [record], revision: 1 };
  await aws.clients.dynamo.send(new PutCommand({ TableName: aws.config.tables.outcomes, Item }));
  const read = { id: 'a', since: 1, end: { at: 5, why, done: 7, code: null } };

  expect(await runs.history(portal)).toEqual([read]);
  await runs.noteBegun(portal, { id: 'b', since: 9 });
  expect(await runs.history(portal)).toEqual([{ id: 'b', since: 9, end: null }, read]);
});

describe('how far a run is undone', () => {
  it('is stored for each run', async () => {
    const [{ runs }, portal] = [aws.stores, freshPortal()];
    const undone = { after: 'a/unbind/1/2:1', count: 45, completed: false, by: ['undo:x'] };

    await runs.setUndone(portal, 'a', undone);
    await runs.setUndone(portal, 'b', { ...undone, after: null, by: [] });

    expect(await runs.undone(portal, 'a')).toEqual(undone);
    expect(await runs.undone(portal, 'b')).toEqual({ ...undone, after: null, by: [] });
    expect(await runs.undone(portal, 'c')).toBeNull();
  });

  it.each([true, false])('is read and written as an earlier release has stored it: %p', async (through) => {
    const [{ runs }, portal] = [aws.stores, freshPortal()];
    const TableName = aws.config.tables.outcomes;
    const stored = { after: 'a/unbind/1/2:1', count: 45, through, by: ['undo:x'] };
    await aws.clients.dynamo.send(new PutCommand({ TableName, Item: { portal, id: 'undone:a', ...stored } }));

    const undone = await runs.undone(portal, 'a');
    if (undone !== null) await runs.setUndone(portal, 'b', undone);
    const { Item } = await aws.clients.dynamo.send(new GetCommand({ TableName, Key: { portal, id: 'undone:b' } }));

    expect(undone).toEqual({ after: 'a/unbind/1/2:1', count: 45, completed: through, by: ['undo:x'] });
    expect(Item).toEqual({ portal, id: 'undone:b', ...stored, expiresAt: expect.any(Number) });
  });
});
