import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PortalState } from '../../../lib/portal/portal-store.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from './temporary-local-aws.ts';

let aws: TemporaryLocalAws;

beforeAll(async () => {
  aws = await temporaryLocalAws();
});

afterAll(() => aws.close());

let portals = 0;
const freshPortal = () => `portal-${portals++}`;

const fresh = (portal: string): PortalState => ({
  portal,
  addedAt: 1000,
  paused: false,
  stop: null,
  budget: null,
  plan: 'standard',
  begun: 0,
  rungAt: null,
});

const STOP = { code: 'GRANT_DEAD', since: 5, probeAt: 9, probes: 1 };
const CLAIM = { owner: 'one', until: 60_000 };
const BUDGET = { level: 3.5, at: 7, resting: { 'crm.activity.binding.delete': 99 } };

describe('the state of a portal', () => {
  test('is not there before it was added', async () => {
    expect(await aws.stores.portals.read(freshPortal())).toBeNull();
  });

  test('stays as it is when it is added again', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.setPaused(portal, true);

    await portals.add(portal, 2000);

    expect(await portals.read(portal)).toEqual({ ...fresh(portal), paused: true });
  });

  test('takes each writer’s fields without undoing the others’', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);

    await Promise.all([
      portals.setPaused(portal, true),
      portals.setStop(portal, STOP),
      portals.setPlan(portal, 'enterprise'),
      portals.markRung(portal, 42),
    ]);

    expect(await portals.read(portal)).toEqual({
      ...fresh(portal),
      paused: true,
      stop: STOP,
      plan: 'enterprise',
      rungAt: 42,
    });
  });

  test('is without its stop when that is over', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.setStop(portal, STOP);

    await portals.setStop(portal, null);

    expect(await portals.read(portal)).toEqual(fresh(portal));
  });

  test('does not come back by a write that is late for its removal', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.writeRules(portal, '[]');
    await portals.remove(portal);

    await portals.setStop(portal, STOP);
    await portals.beginServing(portal, CLAIM, 1, 0);
    await portals.endServing(portal, CLAIM.owner, { budget: BUDGET, begun: 0 });
    await portals.clearRung(portal);

    expect(await portals.read(portal)).toBeNull();
    expect(await portals.readRules(portal)).toBeNull();
  });
});

describe('the mark of a pending bell', () => {
  test('is made by one of ten that want to ring', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);

    const marks = await Promise.all(Array.from({ length: 10 }, (_, n) => portals.markRung(portal, n)));

    expect(marks.filter(Boolean)).toHaveLength(1);
  });

  test('can be made again after it was cleared', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.markRung(portal, 1);
    await portals.clearRung(portal);

    expect(await portals.markRung(portal, 2)).toEqual({ hiddenBell: null });
  });

  test('tells of the bell that the resting portal hides, until serving begins again', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);

    expect(await portals.noteHiddenBell(portal, 'handle')).toBe(false);
    expect(await portals.markRung(portal, 1)).toEqual({ hiddenBell: 'handle' });

    await portals.beginServing(portal, CLAIM, 1, 0);
    expect(await portals.markRung(portal, 2)).toEqual({ hiddenBell: null });
  });

  test('is found by a worker that is about to keep its bell hidden', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.markRung(portal, 1);

    expect(await portals.noteHiddenBell(portal, 'handle')).toBe(true);
  });

  test('makes a missing row, so that the schedule finds the portal', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();

    expect(await portals.markRung(portal, 5)).toEqual({ hiddenBell: null });

    expect(await portals.read(portal)).toEqual({ ...fresh(portal), addedAt: 0, rungAt: 5 });
  });
});

describe('a claim on a portal', () => {
  const OTHER = { owner: 'two', until: 120_000 };

  test('keeps every other worker away until it ends', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.markRung(portal, 1);

    expect(await portals.beginServing(portal, CLAIM, 1, 0)).toBe(true);
    await portals.markRung(portal, 2);
    expect(await portals.beginServing(portal, OTHER, 2, 59_999)).toBe(false);
    expect(await portals.read(portal)).toMatchObject({ begun: 1, rungAt: 2 });
    expect(await portals.beginServing(portal, OTHER, 2, 60_000)).toBe(true);
    expect(await portals.keepServing(portal, CLAIM)).toBe(false);
  });

  test('is won by one of ten', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);

    const claims = Array.from({ length: 10 }, (_, n) => ({ owner: `worker ${n}`, until: 60_000 }));
    const won = await Promise.all(claims.map((claim) => portals.beginServing(portal, claim, 1, 0)));

    expect(won.filter(Boolean)).toHaveLength(1);
  });

  test('can be made to last, ended, and dropped', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.beginServing(portal, CLAIM, 1, 0);

    expect(await portals.keepServing(portal, { ...CLAIM, until: 90_000 })).toBe(true);
    expect(await portals.beginServing(portal, OTHER, 1, 80_000)).toBe(false);
    await portals.endServing(portal, OTHER.owner, { budget: BUDGET, begun: 0 });
    expect(await portals.beginServing(portal, OTHER, 1, 80_000)).toBe(false);
    await portals.dropClaim(portal);
    expect(await portals.beginServing(portal, OTHER, 1, 80_000)).toBe(true);
  });
});

describe('serving a portal', () => {
  test('hears the pending bell and is noted until it ends', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.markRung(portal, 1);

    await portals.beginServing(portal, CLAIM, 2, 0);
    expect(await portals.read(portal)).toEqual({ ...fresh(portal), begun: 2 });

    await portals.endServing(portal, CLAIM.owner, { budget: BUDGET, begun: 0 });
    expect(await portals.read(portal)).toEqual({ ...fresh(portal), budget: BUDGET });
  });

  test('leaves a hidden bell for whoever wants to ring next, once', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);

    expect(await portals.noteHiddenBell(portal, 'receipt')).toBe(false);
    expect(await portals.markRung(portal, 1)).toEqual({ hiddenBell: 'receipt' });
    expect(await portals.markRung(portal, 2)).toBeNull();

    await portals.beginServing(portal, CLAIM, 1, 0);
    expect(await portals.markRung(portal, 3)).toEqual({ hiddenBell: null });
  });

  test('is told when a bell was rung before its own could be hidden', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.markRung(portal, 1);

    expect(await portals.noteHiddenBell(portal, 'receipt')).toBe(true);
  });
});

test('rules are kept as they were written', async () => {
  const { portals } = aws.stores;
  const portal = freshPortal();
  expect(await portals.readRules(portal)).toBeNull();

  await portals.writeRules(portal, '[{"name":"lost-deals"}]');

  expect(await portals.readRules(portal)).toBe('[{"name":"lost-deals"}]');
});

test('the list has every portal once and nothing else of the table', async () => {
  const { portals, leases, slices } = aws.stores;
  const names = Array.from({ length: 30 }, (_, n) => `listed-${n}`);
  for (const name of names) await portals.add(name, 1000);
  await portals.writeRules('listed-1', '[]');
  await leases.acquire('listed-1', 'me', 10, 5);
  await slices.write({ portal: 'listed-1', id: 's', shares: [], trials: [] });

  const found: string[] = [];
  for await (const { portal } of portals.list()) found.push(portal);

  expect(found.filter((name) => name.startsWith('listed-')).sort()).toEqual(names.sort());
});

describe('a lease', () => {
  test('has one holder until its end', async () => {
    const { leases } = aws.stores;
    const portal = freshPortal();

    const taken = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => leases.acquire(portal, owner, 100, 50)));

    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await leases.acquire(portal, 'e', 150, 99)).toBe(false);
    expect(await leases.acquire(portal, 'e', 150, 100)).toBe(true);
  });

  test('can be prolonged by its holder', async () => {
    const { leases } = aws.stores;
    const portal = freshPortal();
    await leases.acquire(portal, 'a', 100, 50);

    expect(await leases.acquire(portal, 'a', 200, 60)).toBe(true);
    expect(await leases.acquire(portal, 'b', 300, 150)).toBe(false);
  });

  test('is let go by its holder only', async () => {
    const { leases } = aws.stores;
    const portal = freshPortal();
    await leases.acquire(portal, 'a', 100, 50);

    await leases.release(portal, 'b');
    expect(await leases.acquire(portal, 'b', 100, 60)).toBe(false);

    await leases.release(portal, 'a');
    expect(await leases.acquire(portal, 'b', 100, 60)).toBe(true);
  });
});

describe('a slice', () => {
  const command = {
    id: 'j/unbind/9/2:1',
    jobId: 'j',
    action: 'unbind',
    activityId: 9,
    element: { entityTypeId: 2, entityId: 1 },
  } as const;
  const trial = {
    command,
    state: 'fresh',
    trigger: 'robot',
    cause: 'w',
    attempts: 0,
    tried: false,
    alone: false,
    firstSentAt: null,
    certainAt: null,
    notBefore: 0,
  } as const;

  test('is open as it was written last, until it is closed', async () => {
    const { slices } = aws.stores;
    const portal = freshPortal();
    const slice = { portal, id: 's1', shares: [], trials: [trial] };
    await slices.write(slice);
    const later = { ...slice, trials: [{ ...trial, state: 'unanswered', attempts: 1, certainAt: 65_000 } as const] };
    await slices.write(later);
    await slices.write({ ...slice, id: 's2' });

    expect(await slices.open(portal)).toEqual([later, { ...slice, id: 's2' }]);

    await slices.close(later);
    expect(await slices.open(portal)).toEqual([{ ...slice, id: 's2' }]);
  });

  test('belongs to its portal', async () => {
    const { slices } = aws.stores;
    await slices.write({ portal: freshPortal(), id: 's1', shares: [], trials: [] });

    expect(await slices.open(freshPortal())).toEqual([]);
  });
});
