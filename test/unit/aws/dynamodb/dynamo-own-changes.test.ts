import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { OwnChanges } from '../../../../lib/cleanup/events/own-changes.ts';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';
import { unbindingOf } from '../../../support/cleanup/unbinding-of.ts';

const NOW = 1_790_000_000_000;
const CHANGE = { from: NOW, to: NOW + 500 };

let aws: TemporaryLocalAws;
let ownChanges: OwnChanges;
let portal: string;
beforeAll(async () => {
  aws = await temporaryLocalAws();
  ({ ownChanges } = aws.stores);
});
afterAll(() => aws.close());
beforeEach(() => {
  portal = freshPortal();
});

async function isExplained(events: number, builtAt: readonly number[], now = NOW + 1000): Promise<boolean> {
  const explained = await ownChanges.take(portal, new Map([[7, { events, builtAt }]]), now);
  return explained.has(7);
}

test.each([
  ['one change', 1, 1, [NOW], true],
  ['the second before, by whole seconds', 1, 1, [NOW - 2_000], true],
  ['long before', 1, 1, [NOW - 2_001], false],
  ['long after', 1, 1, [NOW + 2_501], false],
  ['two changes', 2, 2, [NOW, NOW + 500], true],
  ['fewer events than changes', 2, 1, [NOW], true],
  ['more events than changes', 1, 2, [NOW, NOW], false],
  ['no change', 0, 1, [NOW], false],
])('events are explained by our own changes or not: %s', async (_, changes, events, builtAt, expected) => {
  for (let change = 0; change < changes; change += 1) await ownChanges.note(portal, unbindingOf([7], CHANGE));

  expect(await isExplained(events, builtAt)).toBe(expected);
});

test('an event is explained once', async () => {
  await ownChanges.note(portal, unbindingOf([7, 8], CHANGE));

  expect([await isExplained(1, [NOW]), await isExplained(1, [NOW])]).toEqual([true, false]);
});

test('an event is expected for ten minutes', async () => {
  await ownChanges.note(portal, unbindingOf([7], CHANGE));

  expect(await isExplained(1, [NOW], CHANGE.to + 600_000)).toBe(false);
});

const DEAL = { entityTypeId: 2, entityId: 1 };

test('the last change of a binding stays known when its event has come, and later changes take its place', async () => {
  const [change] = unbindingOf([7], CHANGE);
  if (change === undefined) throw new Error('Expected a change');
  await ownChanges.note(portal, [change, { ...change, element: { ...DEAL, entityId: 2 } }]);
  await isExplained(1, [NOW]);

  const expected = { command: 'job/unbind/7/2:1', status: 'unbound', at: CHANGE.to };
  expect(await ownChanges.lastChange(portal, 7, DEAL)).toEqual(expected);

  await ownChanges.note(portal, [
    { ...change, command: 'undo/bind/7/2:1', status: 'bound', at: NOW + 9, during: null },
  ]);
  expect(await ownChanges.lastChange(portal, 7, DEAL)).toEqual({
    command: 'undo/bind/7/2:1',
    status: 'bound',
    at: NOW + 9,
  });
  expect(await ownChanges.lastChange(portal, 7, { ...DEAL, entityId: 3 })).toBeNull();
  expect(await ownChanges.lastChange(portal, 8, DEAL)).toBeNull();
});

test('of an activity that is changed ever again, the latest changes of a hundred bindings are known', async () => {
  const [change] = unbindingOf([7], CHANGE);
  if (change === undefined) throw new Error('Expected a change');
  const changes = Array.from({ length: 101 }, (_, n) => ({
    ...change,
    element: { ...DEAL, entityId: n },
    at: NOW + n,
  }));
  await ownChanges.note(portal, changes);

  const known = await Promise.all(
    [0, 1, 100].map((entityId) => ownChanges.lastChange(portal, 7, { ...DEAL, entityId })),
  );
  expect(known.map((last) => last?.at ?? null)).toEqual([null, NOW + 1, NOW + 100]);
});

test('an item of an older release is read, and taken over', async () => {
  const Item = { portal, id: 'echo:7', spans: [[NOW, NOW + 500]], expiresAt: 9_999_999_999 };
  await aws.clients.dynamo.send(new PutCommand({ TableName: aws.config.tables.outcomes, Item }));

  expect(await ownChanges.lastChange(portal, 7, DEAL)).toBeNull();
  await ownChanges.note(portal, unbindingOf([7], CHANGE));
  expect(await isExplained(2, [NOW, NOW])).toBe(true);
});
