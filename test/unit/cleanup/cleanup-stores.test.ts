import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { markingOutcomes } from '../../../lib/cleanup/marking-outcomes.ts';
import type { Plan } from '../../../lib/cleanup/plan-store.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

let portals = 0;
const newPortal = (): string => `portal-${++portals}`;
const NO_RULES = async () => [];
const deal = (entityId: number) => ({ entityTypeId: 2, entityId });

describe('marks of pairs', () => {
  it('are kept by activity and element, each kind for itself', async () => {
    const [{ marks }, portal] = [aws.stores, newPortal()];
    await marks.noteRefused(
      portal,
      [
        { activityId: 1, element: deal(1) },
        { activityId: 1, element: deal(2) },
      ],
      1000,
    );
    await marks.exempt(
      portal,
      [
        { activityId: 1, element: deal(3) },
        { activityId: 2, element: deal(1) },
      ],
      'undo:1',
      2000,
    );

    const of = await marks.of(portal, [1, 2, 3]);

    expect(of.get(1)).toEqual({
      refused: new Map([
        ['2:1', 1000],
        ['2:2', 1000],
      ]),
      exempt: new Map([['2:3', 2000]]),
      ownChangeAt: null,
    });
    expect(of.get(2)).toEqual({ refused: new Map(), exempt: new Map([['2:1', 2000]]), ownChangeAt: null });
    expect(of.has(3)).toBe(false);
  });

  it('of refusals say when we have changed the activity since', async () => {
    const [{ marks }, portal] = [aws.stores, newPortal()];
    await marks.noteRefused(portal, [{ activityId: 1, element: deal(1) }], 1000);

    await marks.noteOwnChange(portal, [1, 2], 5000);

    const of = await marks.of(portal, [1, 2]);
    expect(of.get(1)).toMatchObject({ refused: new Map([['2:1', 1000]]), ownChangeAt: 5000 });
    expect(of.has(2)).toBe(false);
  });

  it('of refusals are listed until they expire, and forgotten one by one', async () => {
    const [{ marks }, portal] = [aws.stores, newPortal()];
    const pairs = [1, 2, 3].map((id) => ({ activityId: 7, element: deal(id) }));
    const now = Date.now();
    await marks.noteRefused(portal, pairs, now);
    await marks.noteOwnChange(portal, [7], now + 1);
    await marks.noteRefused(portal, [{ activityId: 8, element: deal(1) }], now - 32 * 86_400_000);

    await marks.forgetRefused(portal, pairs.slice(0, 2));

    expect(await Array.fromAsync(marks.resting(portal))).toEqual([{ activityId: 7, element: deal(3), since: now }]);
    expect((await marks.of(portal, [7])).get(7)).toMatchObject({
      refused: new Map([['2:3', now]]),
      ownChangeAt: now + 1,
    });
  });

  it('of exemptions are listed and released one by one', async () => {
    const [{ marks, outcomes }, portal] = [aws.stores, newPortal()];
    const pairs = [1, 2, 3].map((id) => ({ activityId: 7, element: deal(id) }));
    await marks.exempt(portal, pairs, 'undo:1', 2000);

    await marks.release(portal, pairs.slice(0, 2));
    await marks.release(portal, [{ activityId: 8, element: deal(1) }]);

    expect(await Array.fromAsync(marks.exemptions(portal))).toEqual([
      { activityId: 7, element: deal(3), since: 2000, run: 'undo:1' },
    ]);
    expect(await Array.fromAsync(outcomes.list({ portal }))).toEqual([]);
  });
});

describe('outcomes', () => {
  const outcome = {
    id: 'j/unbind/1/2:1',
    activityId: 1,
    ...deal(1),
    attempts: 1,
    durationMs: 0,
    code: null,
    cause: 'c',
  };
  const at = (ms: number): string => new Date(ms).toISOString();

  it('of rules are noted when they are refused, and when we change the activity afterwards', async () => {
    const [{ marks, outcomes, echoes }, portal] = [aws.stores, newPortal()];
    const store = markingOutcomes(outcomes, { marks, echoes, rulesOf: NO_RULES });
    const refused = { ...outcome, portal, status: 'refused', trigger: 'cleanup', at: at(1000) } as const;
    const unbound = {
      ...outcome,
      id: 'k/unbind/1/2:2',
      ...deal(2),
      portal,
      status: 'unbound',
      trigger: 'robot',
      at: at(9000),
    } as const;

    await store.record([refused]);
    await store.record([unbound]);

    expect((await marks.of(portal, [1])).get(1)).toMatchObject({
      refused: new Map([['2:1', 1000]]),
      ownChangeAt: 9000,
    });
    expect(await store.ofJob(portal, 'j')).toEqual([refused]);
    expect(await store.pageOfJob(portal, 'k', null, 5)).toEqual([unbound]);
    expect(await store.pageOfJob(portal, 'k', unbound.id, 5)).toEqual([]);
  });

  it('of an undo that could bind nothing end the exemption that was made for it', async () => {
    const [{ marks, outcomes, echoes }, portal] = [aws.stores, newPortal()];
    const pairs = [1, 2, 3, 4].map((id) => ({ activityId: 1, element: deal(id) }));
    await marks.exempt(portal, pairs, 'undo:1', 2000);
    const bind = (entityId: number, status: 'bound' | 'already_bound' | 'refused' | 'skipped') =>
      ({
        ...outcome,
        id: `undo:1/bind/1/2:${entityId}`,
        ...deal(entityId),
        portal,
        trigger: 'cli',
        at: at(3000),
        status,
      }) as const;

    await markingOutcomes(outcomes, { marks, echoes, rulesOf: NO_RULES }).record([
      bind(1, 'bound'),
      bind(2, 'already_bound'),
      bind(3, 'refused'),
      bind(4, 'skipped'),
    ]);

    expect([...((await marks.of(portal, [1])).get(1)?.exempt.keys() ?? [])].sort()).toEqual(['2:1', '2:2']);
  });

  it('of robots and people are not', async () => {
    const [{ marks, outcomes, echoes }, portal] = [aws.stores, newPortal()];
    const refused = { ...outcome, portal, status: 'refused', at: at(1000) } as const;

    await markingOutcomes(outcomes, { marks, echoes, rulesOf: NO_RULES }).record([
      { ...refused, trigger: 'robot' },
      { ...refused, id: 'k', trigger: 'cli' },
    ]);

    expect((await marks.of(portal, [1])).size).toBe(0);
  });
});

describe('the run of a portal', () => {
  const run = (id: string) => ({ id, since: 1, rules: '[]' });

  it('is one, and only its own end makes room for the next', async () => {
    const [{ runs }, portal] = [aws.stores, newPortal()];

    expect(await runs.begin(portal, run('a'), null)).toBe(true);
    expect(await runs.begin(portal, run('b'), null)).toBe(false);
    await runs.end(portal, 'b');
    expect(await runs.current(portal)).toEqual(run('a'));
    await runs.end(portal, 'a');
    expect(await runs.current(portal)).toBeNull();
    expect(await runs.begin(portal, run('b'), null)).toBe(true);
  });

  it('can be taken over from the one that is known to be over', async () => {
    const [{ runs }, portal] = [aws.stores, newPortal()];
    await runs.begin(portal, run('a'), null);

    expect(await runs.begin(portal, run('b'), 'x')).toBe(false);
    expect(await runs.begin(portal, run('b'), 'a')).toBe(true);
  });

  it('remembers what it has seen, in whatever part of the ids', async () => {
    const [{ runs }, portal] = [aws.stores, newPortal()];
    const ids = [1, 7, 8, 32_767, 32_768, 9_999_999];
    await runs.addSeen(portal, 'a', ids.slice(0, 3));
    await runs.addSeen(portal, 'a', ids.slice(3));

    expect(await runs.seen(portal, 'a', [...ids, 2, 9, 32_769])).toEqual(new Set(ids));
    expect(await runs.seen(portal, 'b', ids)).toEqual(new Set());
    expect(await runs.seen(portal, 'a', [])).toEqual(new Set());
  });

  it('ends when it is asked to, and others do not', async () => {
    const [{ runs }, portal] = [aws.stores, newPortal()];
    await runs.askToStop(portal, 'a');

    expect(await Promise.all(['a', 'b'].map((id) => runs.isAskedToStop(portal, id)))).toEqual([true, false]);
  });

  it('has settings and leaves a carry', async () => {
    const [{ runs }, portal] = [aws.stores, newPortal()];
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

describe('a plan', () => {
  const plan: Plan = {
    id: 'p1',
    state: 'ready',
    ended: null,
    code: null,
    createdAt: 5,
    rules: '[]',
    share: 1,
    weighed: 10,
    items: 250,
    spared: 0,
    byRule: { r: 250 },
    applied: [],
    done: 0,
    next: 0,
  };
  const item = (n: number) => ({ activityId: n, element: deal(n), rule: n % 2 === 0 ? 'even' : 'odd' });
  const items = (from: number, count: number) => Array.from({ length: count }, (_, n) => item(from + n));

  it('gives its items from any number on, across its pages', async () => {
    const [{ plans }, portal] = [aws.stores, newPortal()];
    for (const [from, count] of [
      [0, 100],
      [100, 3],
      [103, 147],
    ] as const)
      await plans.addItems(portal, 'p1', from, items(from, count));
    await plans.addItems(portal, 'p10', 0, items(900, 5));

    expect(await plans.page(portal, 'p1', 0, 250)).toEqual({ items: items(0, 250), next: null });
    expect(await plans.page(portal, 'p1', 95, 20)).toEqual({ items: items(95, 20), next: 115 });
    expect(await plans.page(portal, 'p1', 249, 20)).toEqual({ items: items(249, 1), next: null });
    expect(await plans.page(portal, 'p1', 250, 20)).toEqual({ items: [], next: null });
    expect(await plans.page(portal, 'nothing', 0, 20)).toEqual({ items: [], next: null });
  });

  it('forgets its items from any page on, and no others', async () => {
    const [{ plans }, portal] = [aws.stores, newPortal()];
    await plans.write(portal, plan);
    for (const from of [0, 50, 100, 150]) await plans.addItems(portal, 'p1', from, items(from, 50));
    await plans.addItems(portal, 'p10', 0, items(900, 5));
    await plans.dropItems(portal, 'p1', 100);

    expect(await plans.page(portal, 'p1', 0, 250)).toEqual({ items: items(0, 100), next: null });
    expect((await plans.page(portal, 'p10', 0, 250)).items).toHaveLength(5);
    expect(await plans.read(portal, 'p1')).toEqual(plan);
  });

  it('notes how far it is applied, and by which runs', async () => {
    const [{ plans }, portal] = [aws.stores, newPortal()];
    await plans.write(portal, plan);
    await plans.noteApplied(portal, 'p1', 'apply:p1:1', { done: 0, next: 0 });
    await plans.noteApplied(portal, 'p1', 'apply:p1:1', { done: 50, next: 50 });
    await plans.noteApplied(portal, 'p1', 'apply:p1:2', { done: 59, next: 40 });

    expect(await plans.read(portal, 'p1')).toEqual({
      ...plan,
      applied: ['apply:p1:1', 'apply:p1:2'],
      done: 59,
      next: 40,
    });
    expect(await plans.read(portal, 'p2')).toBeNull();
  });

  it('is listed with the newest first', async () => {
    const [{ plans }, portal] = [aws.stores, newPortal()];
    for (const createdAt of [2, 3, 1]) await plans.write(portal, { ...plan, id: `p${createdAt}`, createdAt });

    expect((await Array.fromAsync(plans.list(portal))).map(({ id }) => id)).toEqual(['p3', 'p2', 'p1']);
  });
});
