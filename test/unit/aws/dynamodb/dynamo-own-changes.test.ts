import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { OwnChanges } from '../../../../lib/cleanup/events/own-changes.ts';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

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
  for (let change = 0; change < changes; change += 1) await ownChanges.expect(portal, [7], CHANGE);

  expect(await isExplained(events, builtAt)).toBe(expected);
});

test('an event is explained once', async () => {
  await ownChanges.expect(portal, [7, 8], CHANGE);

  expect([await isExplained(1, [NOW]), await isExplained(1, [NOW])]).toEqual([true, false]);
});

test('an event is expected for ten minutes', async () => {
  await ownChanges.expect(portal, [7], CHANGE);

  expect(await isExplained(1, [NOW], CHANGE.to + 600_000)).toBe(false);
});
