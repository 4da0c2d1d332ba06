import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Plan } from '../../../../lib/cleanup/runs/plan-store.ts';
import type { Carry } from '../../../../lib/cleanup/runs/run-store.ts';
import { beginSweep, type SweepWork } from '../../../../lib/cleanup/sweep/begin-sweep.ts';
import { encodeState, initialState } from '../../../../lib/cleanup/sweep/sweep-state.ts';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';
import { deal, of, prepareRules } from '../../../support/cleanup/decide.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

let portal: string;
beforeEach(() => {
  portal = freshPortal();
});

const RULES = prepareRules(of({ stage: 'failed' })).map(({ rule }) => rule);
const rules = JSON.stringify(RULES);
const begin = (work: Partial<SweepWork>) => {
  const all = { id: 'sweep:x', portal, plan: null, isScheduled: true, ...work };
  return beginSweep(all, { id: all.id, since: 0, rules }, RULES, aws.stores);
};

const carriedState = { ...initialState(1, 'before'), sources: [], plannedCount: 2 };
const carry = (kind: 'sweep' | 'plan', over: Partial<Carry> = {}) =>
  aws.stores.runs.setCarry(portal, kind, { rules, state: encodeState(carriedState), ...over });
const carriedPlan = (by: string | null) => ({ id: 'p', byRule: { r: 2 }, code: 'X', by });

const PLAN: Plan = {
  id: 'p',
  run: 'plan:p',
  state: 'stopped',
  ended: null,
  code: null,
  createdAt: 0,
  rules,
  share: null,
  weighed: 0,
  items: 2,
  spared: 0,
  byRule: {},
  applied: [],
  done: 0,
  next: 0,
};
const item = (activityId: number) => ({ activityId, element: deal(1), rule: 'r' });

describe('a sweep that removes', () => {
  it('starts at the beginning without a carry', async () => {
    expect(await begin({})).toMatchObject({ state: initialState(1, 'sweep:x'), heldBack: null, refusal: null });
  });

  it('resumes where a scheduled one stopped', async () => {
    await carry('sweep');

    expect(await begin({})).toMatchObject({ state: carriedState });
  });

  it.each([
    ['by a person', { isScheduled: false }, {}],
    ['by other rules', {}, { rules: '[]' }],
  ])('starts at the beginning %s', async (_, work, over) => {
    await carry('sweep', over);

    expect(await begin(work)).toMatchObject({ state: initialState(1, 'sweep:x') });
  });
});

describe('a sweep that plans', () => {
  it('starts a new plan at the beginning', async () => {
    expect(await begin({ id: 'plan:p', plan: 'p' })).toMatchObject({ state: initialState(1, 'plan:p') });
  });

  it('resumes an unfinished plan, without the items beyond its checkpoint, and notes that', async () => {
    await carry('plan', { plan: carriedPlan(null) });
    await aws.stores.plans.addItems(portal, 'p', 0, [item(1), item(2)]);
    await aws.stores.plans.addItems(portal, 'p', 2, [item(3)]);

    const checkpoint = await begin({ id: 'plan:night', plan: 'p' });

    expect(checkpoint).toMatchObject({ state: carriedState, byRule: { r: 2 }, refusal: 'X' });
    expect((await aws.stores.plans.page(portal, 'p', 0, 9)).items).toHaveLength(2);
    expect((await aws.stores.runs.carry(portal, 'plan'))?.plan?.by).toBe('plan:night');
  });

  it('that is redriven counts only what the plan still holds as seen', async () => {
    await carry('plan', { plan: carriedPlan('plan:night') });
    await aws.stores.plans.addItems(portal, 'p', 0, [item(1), item(2)]);

    const id = 'redrive:redrive:plan:night';
    const checkpoint = await begin({ id, plan: 'p' });

    expect(checkpoint).toMatchObject({ state: { seenAs: id } });
    expect(await aws.stores.runs.seen(portal, id, [1, 2, 3])).toEqual(new Set([1, 2]));
  });

  it.each<[string, Partial<Plan>, string]>([
    ['of another job, by the same rules, has lost its checkpoint', {}, 'checkpoint_lost'],
    ['of another job, by other rules, is left alone', { rules: '[]' }, 'rules_changed'],
  ])('a plan %s', async (_, over, reason) => {
    await aws.stores.plans.write(portal, { ...PLAN, ...over });

    expect(await begin({ id: 'plan:night', plan: 'p' })).toBe(reason);
  });

  it('makes its own plan again from the beginning, unless some of it was applied', async () => {
    await aws.stores.plans.write(portal, PLAN);
    await aws.stores.plans.addItems(portal, 'p', 0, [item(1)]);
    expect(await begin({ id: 'redrive:plan:p', plan: 'p' })).toMatchObject({ state: { plannedCount: 0 } });
    expect((await aws.stores.plans.page(portal, 'p', 0, 9)).items).toEqual([]);

    await aws.stores.plans.write(portal, { ...PLAN, applied: ['apply:p:1'] });
    expect(await begin({ id: 'redrive:plan:p', plan: 'p' })).toBe('checkpoint_lost');
  });
});
