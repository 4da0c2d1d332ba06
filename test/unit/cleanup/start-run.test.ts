import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from '@jest/globals';
import type { Plan } from '../../../lib/cleanup/runs/plan-store.ts';
import {
  type StartRunDeps,
  startApply,
  startPlan,
  startSweep,
  startUndo,
  startUndoOfOutcomes,
  stopRun,
} from '../../../lib/cleanup/start-run.ts';
import { freshPortal } from '../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../support/aws/temporary-local-aws.ts';

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

function deps(send: () => Promise<void> = async () => undefined): StartRunDeps {
  const portals = { markWakePending: async () => ({ first: true, restsUntil: null }) };
  const wakeDeps = { portals, wakeUps: { send }, clock };
  return { ...aws.stores, wakeDeps, clock, randomId: () => '01234567-89ab-cdef' };
}

const PLAN: Plan = {
  id: 'p',
  run: 'plan:p',
  state: 'ready',
  ended: null,
  code: null,
  createdAt: 0,
  rules: '[]',
  share: 1,
  weighed: 10,
  items: 10,
  spared: 0,
  byRule: {},
  applied: [],
  done: 0,
  next: 0,
};

describe('a run that is started', () => {
  it('has a short id, and its job is named by it', async () => {
    expect(await startSweep(portal, deps())).toEqual({ kind: 'started', run: 'sweep:0123456789', woken: true });
    expect(await startPlan(portal, deps())).toMatchObject({ run: 'plan:0123456789', plan: '0123456789' });

    expect((await aws.stores.jobs.read(portal, 'plan:0123456789'))?.task).toEqual({ kind: 'plan', plan: '0123456789' });
  });

  it('is there even if the worker could not be woken', async () => {
    const started = await startSweep(
      portal,
      deps(() => Promise.reject(new Error('no queue'))),
    );

    expect(started).toMatchObject({ kind: 'started', woken: false });
  });

  it('can be stopped until it is over', async () => {
    await startSweep(portal, deps());

    expect(await stopRun(portal, 'sweep:0123456789', deps())).toBe(true);
    expect(await aws.stores.runs.isAskedToStop(portal, 'sweep:0123456789')).toBe(true);
    expect(await stopRun(portal, 'sweep:other', deps())).toBe(false);
  });
});

test.each<[string, Partial<Plan>, boolean, object]>([
  ['ready', {}, false, { kind: 'started', run: 'apply:p:1' }],
  ['applied in part', { applied: ['apply:p:1'], next: 5 }, false, { kind: 'started', run: 'apply:p:2' }],
  ['applied', { applied: ['apply:p:1'], next: 10 }, false, { kind: 'problem', problem: 'applied' }],
  ['being made', { state: 'planning' }, false, { kind: 'problem', problem: 'not_ready' }],
  ['incomplete', { state: 'stopped' }, false, { kind: 'problem', problem: 'incomplete' }],
  ['incomplete, and wanted so', { state: 'stopped' }, true, { kind: 'started', run: 'apply:p:1' }],
])('a plan that is %s is applied, or why not', async (_, over, incomplete, expected) => {
  await aws.stores.plans.write(portal, { ...PLAN, ...over });

  expect(await startApply(portal, 'p', deps(), { incomplete })).toMatchObject(expected);
});

test('a plan that does not exist cannot be applied', async () => {
  expect(await startApply(portal, 'p', deps())).toEqual({ kind: 'problem', problem: 'no_such_plan' });
});

describe('an undo', () => {
  const id = 'apply:p:1/unbind/7/2:1';
  const record = (status: 'unbound' | 'refused') =>
    aws.stores.outcomes.record([
      {
        id,
        portal,
        activityId: 7,
        entityTypeId: 2,
        entityId: 1,
        status,
        code: null,
        trigger: 'cleanup',
        cause: 'apply:p:1',
        attempts: 1,
        durationMs: 0,
        at: '2026-11-24T06:00:00.000Z',
      },
    ]);

  it('of a run is started once that is over and has unbound something', async () => {
    expect(await startUndo(portal, 'apply:p:1', deps())).toEqual({ kind: 'problem', problem: 'nothing_unbound' });
    await record('unbound');
    expect(await startUndo(portal, 'apply:p:1', deps())).toMatchObject({ kind: 'started', run: 'undo:0123456789' });
  });

  it('of a run that is not over is not started', async () => {
    await startSweep(portal, deps());

    expect(await startUndo(portal, 'sweep:0123456789', deps())).toEqual({ kind: 'problem', problem: 'not_finished' });
  });

  it.each([
    ['unbound', [id, id], { kind: 'started' }],
    ['refused', [id], { kind: 'problem', problem: 'nothing_unbound' }],
    ['unbound', [id, 'other'], { kind: 'problem', problem: 'no_such_outcome' }],
    ['unbound', Array.from({ length: 101 }, (_, n) => `${n}`), { kind: 'problem', problem: 'too_many' }],
  ] as const)('of outcomes (%s, %j)', async (status, ids, expected) => {
    await record(status);

    expect(await startUndoOfOutcomes(portal, ids, deps())).toMatchObject(expected);
  });
});
