import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from '@jest/globals';
import { StageDirectories } from '../../../../lib/cleanup/rules/stage-directory.ts';
import type { RunEnd } from '../../../../lib/cleanup/runs/run-store.ts';
import { endSweep, type SweepContext, writePlan } from '../../../../lib/cleanup/sweep/end-sweep.ts';
import { initialState } from '../../../../lib/cleanup/sweep/sweep-state.ts';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';
import { deal } from '../../../support/cleanup/decide.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

let portal: string;
beforeEach(() => {
  portal = freshPortal();
});

const clock = { now: () => 1_000, sleep: () => Promise.resolve() };
const done = { ...initialState(1, 'r'), sources: [] };
const unfinished = initialState(1, 'r');
const decided = { ...done, decided: [{ activityId: 1, element: deal(1), rule: 0 }] };

function context(
  checkpoint: Partial<SweepContext['checkpoint']>,
  over: Partial<Pick<SweepContext, 'plan' | 'isScheduled'>> = {},
): SweepContext {
  const deps = { ...aws.stores, rulesOf: async () => [], stages: new StageDirectories(clock), clock };
  return {
    id: 'run',
    portal,
    plan: null,
    isScheduled: true,
    ...over,
    run: { id: 'run', since: 5, rules: '[]', stopping: false },
    rules: [],
    checkpoint: { state: done, rules: '[]', byRule: {}, heldBack: null, refusal: null, ...checkpoint },
    deps,
  };
}

test.each<[string, Partial<SweepContext['checkpoint']>, RunEnd | undefined, RunEnd, string | null]>([
  ['with nothing left', {}, undefined, 'completed', null],
  ['with nothing left, however it should end', {}, 'stopped', 'completed', null],
  ['with something that could not be read', { refusal: 'X' }, undefined, 'unreadable', 'X'],
  ['with something held back', { heldBack: unfinished }, undefined, 'time_limit', 'TIME_IS_UP'],
  ['with something to read', { state: unfinished }, 'stopped', 'stopped', 'STOPPED'],
  ['with something to remove', { state: decided }, 'rules_changed', 'rules_changed', 'RULES_CHANGED'],
])('a sweep %s', async (_, checkpoint, early, why, code) => {
  const planned = await endSweep(context(checkpoint), early);

  expect(planned).toEqual({ steps: [], checkpoint: null, code });
  expect(await aws.stores.runs.history(portal)).toMatchObject([{ id: 'run', since: 5, end: { at: 1_000, why } }]);
});

describe('what a sweep leaves to the next one', () => {
  const carryAfter = async (...args: Parameters<typeof context>) => {
    const all = context(...args);
    await aws.stores.runs.setCarry(portal, 'sweep', { rules: 'old', state: '' });
    await endSweep(all, 'stopped');
    return (await aws.stores.runs.carry(portal, 'sweep'))?.rules ?? null;
  };

  it.each<[string, Partial<SweepContext['checkpoint']>, boolean, string | null]>([
    ['is nothing once it is completed', {}, true, null],
    ['is nothing once one by a person is completed', {}, false, null],
    ['is the rest if it is stopped', { state: unfinished }, true, '[]'],
    ['stays what it was if one by a person is stopped', { state: unfinished }, false, 'old'],
  ])('%s', async (_, checkpoint, isScheduled, rules) => {
    expect(await carryAfter(checkpoint, { isScheduled })).toBe(rules);
  });

  it.each<[RunEnd, object | null]>([
    ['time_limit', { id: 'p', byRule: {}, code: null, by: null }],
    ['stopped', null],
  ])('of a scheduled plan that ended as %s is %j', async (early, plan) => {
    await endSweep(context({ heldBack: unfinished }, { plan: 'p' }), early);

    expect((await aws.stores.runs.carry(portal, 'plan'))?.plan ?? null).toEqual(plan);
  });
});

test.each<[RunEnd | null, string, string | null, number | null]>([
  [null, 'planning', null, 0.5],
  ['completed', 'ready', null, 1],
  ['unreadable', 'stopped', 'unreadable', 1],
  ['time_limit', 'stopped', 'time_limit', 0.5],
])('a plan whose run ended as %s is %s', async (why, state, ended, share) => {
  const volume = { ...done.volume, progress: 0.5 };
  await writePlan(
    context({ state: { ...done, evaluatedCount: 9, plannedCount: 4, exemptCount: 1, volume } }),
    'p',
    why,
  );

  expect(await aws.stores.plans.read(portal, 'p')).toMatchObject({
    state,
    ended,
    share,
    weighed: 9,
    items: 4,
    spared: 1,
    createdAt: 5,
  });
});

test('a resumed plan keeps its creation time, and what was applied of it', async () => {
  await writePlan(context({}), 'p', null);
  await aws.stores.plans.noteApplied(portal, 'p', 'apply:p:1', { done: 3, next: 2 });
  const later = context({});
  await writePlan({ ...later, run: { ...later.run, since: 77 } }, 'p', 'completed');

  expect(await aws.stores.plans.read(portal, 'p')).toMatchObject({
    createdAt: 5,
    applied: ['apply:p:1'],
    done: 3,
    next: 2,
  });
});
