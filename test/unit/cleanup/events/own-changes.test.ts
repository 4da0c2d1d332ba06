import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { batchedOwnChanges, type OwnChanges } from '../../../../lib/cleanup/events/own-changes.ts';
import { ruleAwareOutcomeStore } from '../../../../lib/cleanup/rule-aware-outcome-store.ts';
import type { Outcome } from '../../../../lib/jobs/outcome.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';
import { unbindingOf } from '../../../support/cleanup/unbinding-of.ts';

let aws: TemporaryLocalAws;
let ownChanges: OwnChanges;
beforeAll(async () => {
  aws = await temporaryLocalAws();
  ({ ownChanges } = aws.stores);
});
afterAll(() => aws.close());

let portals = 0;
const newPortal = (): string => `portal-${++portals}`;

const NOW = Date.parse('2026-11-24T10:00:00Z');
const arrived = (...events: [activityId: number, events: number, builtAt?: number[]][]) =>
  new Map(events.map(([id, count, builtAt = [NOW]]) => [id, { events: count, builtAt }]));
const during = (to: number) => ({ from: to - 500, to });

describe('an event that our own unbinding raises', () => {
  it('is expected once for each request', async () => {
    const portal = newPortal();
    await ownChanges.note(portal, unbindingOf([1, 2], during(NOW)));
    await ownChanges.note(portal, unbindingOf([1], during(NOW + 10)));

    expect(await ownChanges.take(portal, arrived([1, 1], [2, 1], [3, 1]), NOW + 20)).toEqual(new Set([1, 2]));
    expect(await ownChanges.take(portal, arrived([1, 1], [2, 1]), NOW + 20)).toEqual(new Set([1]));
    expect(await ownChanges.take(portal, arrived([1, 1], [2, 1]), NOW + 20)).toEqual(new Set());
  });

  it('explains nothing if more have arrived, and is crossed off all the same', async () => {
    const portal = newPortal();
    await ownChanges.note(portal, unbindingOf([1], during(NOW)));

    expect(await ownChanges.take(portal, arrived([1, 2]), NOW)).toEqual(new Set());
    expect(await ownChanges.take(portal, arrived([1, 1]), NOW)).toEqual(new Set());
  });

  it('explains nothing that was built at another time, or that does not say when', async () => {
    const portal = newPortal();
    const expectOne = () => ownChanges.note(portal, unbindingOf([1], { from: NOW - 5_000, to: NOW }));

    for (const [builtAt, explained] of [
      [[NOW - 7_000], true],
      [[NOW + 2_000], true],
      [[NOW - 8_000], false],
      [[NOW + 3_000], false],
      [[0], false],
    ] as const) {
      await expectOne();
      expect((await ownChanges.take(portal, arrived([1, 1, [...builtAt]]), NOW)).has(1)).toBe(explained);
    }
    await expectOne();
    await expectOne();
    expect(await ownChanges.take(portal, arrived([1, 2, [NOW, NOW - 60_000]]), NOW)).toEqual(new Set());
  });

  it('is not expected for longer than ten minutes', async () => {
    const portal = newPortal();
    await ownChanges.note(portal, unbindingOf([1], during(NOW)));
    await ownChanges.note(portal, unbindingOf([1], during(NOW + 500_000)));

    expect(await ownChanges.take(portal, arrived([1, 2]), NOW + 600_000)).toEqual(new Set());

    await ownChanges.note(portal, unbindingOf([1], during(NOW)));
    expect(await ownChanges.take(portal, arrived([1, 1]), NOW + 599_999)).toEqual(new Set([1]));
  });

  it('is in no list of outcomes, and is not expected in another portal', async () => {
    const [portal, other] = [newPortal(), newPortal()];
    await ownChanges.note(portal, unbindingOf([1], during(NOW)));

    expect(await Array.fromAsync(aws.stores.outcomes.list({ portal }))).toEqual([]);
    expect(await ownChanges.take(other, arrived([1, 1]), NOW)).toEqual(new Set());
  });
});

describe('a recorded outcome', () => {
  const outcome = (over: Partial<Outcome>): Outcome => ({
    id: `j/unbind/${over.activityId}/2:1`,
    portal: '',
    activityId: 1,
    entityTypeId: 2,
    entityId: 1,
    status: 'unbound',
    code: null,
    trigger: 'robot',
    cause: 'c',
    attempts: 1,
    durationMs: 0,
    at: new Date(NOW).toISOString(),
    ...over,
  });
  const ended = (portal: string): Outcome[] =>
    (['unbound', 'bound', 'refused', 'already_unbound', 'skipped', 'failed'] as const).map((status, index) =>
      outcome({ portal, status, activityId: index + 1 }),
    );
  const all = arrived(...[1, 2, 3, 4, 5, 6].map((id): [number, number] => [id, 1]));

  it('makes an event be expected if it removed a binding', async () => {
    const portal = newPortal();

    await ruleAwareOutcomeStore(aws.stores.outcomes, aws.stores).record(ended(portal));

    expect(await ownChanges.take(portal, all, NOW)).toEqual(new Set([1]));
  });
});

describe('jobs that ask at the same time', () => {
  it('share one read per portal, and continue together', async () => {
    const looks: unknown[] = [];
    const one = { events: 1, builtAt: [NOW] };
    const two = { events: 2, builtAt: [NOW] };
    const counting: OwnChanges = {
      note: () => Promise.resolve(),
      lastChange: () => Promise.resolve(null),
      take: async (_, arrivals) => {
        looks.push(arrivals);
        return new Set([7]);
      },
    };
    const isOwnChange = batchedOwnChanges(counting, { now: () => NOW, sleep: () => Promise.resolve() });

    const answers = await Promise.all([
      isOwnChange('a', 7, one),
      isOwnChange('a', null, one),
      isOwnChange('a', 8, two),
      // A job whose events were not counted.
      isOwnChange('a', 9, { events: 0, builtAt: [] }),
      isOwnChange('b', null, one),
    ]);

    expect(answers).toEqual([true, false, false, false, false]);
    expect(looks).toEqual([arrived([7, 1], [8, 2])]);
    expect(await isOwnChange('a', 7, one)).toBe(true);
    expect(looks).toHaveLength(2);
  });
});
