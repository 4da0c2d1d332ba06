import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Element } from '../../../lib/bitrix24/crm/element.ts';
import { runProgress } from '../../../lib/cleanup/run-progress.ts';
import { startApply, startPlan, startUndo, startUndoOfOutcomes, stopRun } from '../../../lib/cleanup/start-run.ts';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';
import { type CleanupStage, cleanupStage, withoutEvents } from '../../support/stage/cleanup-stage.ts';

const CONVERTED_LEADS = {
  name: 'converted',
  element: 'lead',
  when: { stage: 'success', alsoBoundTo: ['deal', 'contact'] },
};

let stage: CleanupStage;
beforeAll(async () => {
  stage = await cleanupStage();
});
beforeEach(async () => {
  await stage.setRules([LOST_DEALS, CONVERTED_LEADS]);
  const { exemptions } = stage.deps;
  await exemptions.release(stage.member, await Array.fromAsync(exemptions.list(stage.member)));
});
afterAll(() => stage.close());

/** Ten lost deals and ten open ones with three activities each, the third of which is not completed. */
function scene(): void {
  stage.scene({
    deals: [
      { id: 1, count: 10, stageId: 'LOSE' },
      { id: 11, count: 10, stageId: 'NEW' },
    ],
    leads: [{ id: 1, count: 5, stageId: 'CONVERTED' }],
    activities: [
      { id: 100, count: 20, completed: true, bindings: ['deal:1..20', 'contact:1..20'] },
      { id: 200, count: 20, completed: true, bindings: ['deal:1..20', 'company:1', 'contact:1'] },
      { id: 300, count: 20, completed: false, bindings: ['deal:1..20', 'contact:1..20'] },
      { id: 400, count: 5, completed: false, bindings: ['lead:1..5', 'contact:1..5'] },
      { id: 500, count: 5, completed: true, bindings: ['lead:1..5', 'deal:1..5'] },
      { id: 600, completed: true, bindings: ['deal:1'] },
    ],
  });
  withoutEvents(stage);
}

async function makePlan(): Promise<string> {
  const { plan } = await startPlan(stage.member, stage.deps);
  await stage.settled();
  return plan;
}

async function applyPlan(plan: string): Promise<string> {
  const started = await startApply(stage.member, plan, stage.deps);
  await stage.settled();
  return started.kind === 'started' ? started.run : started.problem;
}

describe('a plan', () => {
  it('changes nothing and lists what the rules would remove, by rule', async () => {
    scene();

    const id = await makePlan();

    const plan = await stage.deps.plans.read(stage.member, id);
    expect(stage.changes('binding_removed')).toEqual([]);
    expect(stage.calls('crm.activity.binding.delete')).toBe(0);
    // An activity that is bound to a converted lead and a lost deal may lose only one of them.
    expect(plan).toMatchObject({ state: 'ready', items: 30, byRule: { 'lost-deals': 25, converted: 5 } });
  });

  it('is applied exactly, even if more would match by now', async () => {
    scene();
    const id = await makePlan();
    await stage.portal.act({ do: 'moveDeal', id: 11, stageId: 'LOSE' });

    const run = await applyPlan(id);

    const outcomes = await stage.outcomesOf(run);
    expect(outcomes.map(({ status }) => status)).toEqual(Array(30).fill('unbound'));
    expect(stage.changes('binding_removed')).toHaveLength(30);
    expect(stage.bindings(110)).toEqual(['2:11', '3:11']);
  });

  it('is checked again: what no longer matches is skipped, with the reason', async () => {
    scene();
    const id = await makePlan();
    await stage.portal.act({ do: 'moveDeal', id: 1, stageId: 'NEW' });
    await stage.portal.act({ do: 'completeActivity', id: 101, completed: false });
    await stage.portal.act({ do: 'unbind', activityId: 400, element: 'contact:1' });
    await stage.portal.act({ do: 'deleteActivity', id: 102 });

    const run = await applyPlan(id);

    const skipped = (await stage.outcomesOf(run)).filter(({ status }) => status === 'skipped');
    expect(skipped.map(({ activityId, code }) => `${activityId} ${code}`).sort()).toEqual([
      '100 ELEMENT_CHANGED',
      '101 ACTIVITY_CHANGED',
      '102 ACTIVITY_GONE',
      '200 ELEMENT_CHANGED',
      '400 LAST_BINDING',
      '500 ELEMENT_CHANGED',
    ]);
  });

  it('is applied once', async () => {
    scene();
    const id = await makePlan();
    await applyPlan(id);

    expect(await startApply(stage.member, id, stage.deps)).toEqual({ kind: 'problem', problem: 'applied' });
    expect(await startApply(stage.member, 'nonsense', stage.deps)).toEqual({
      kind: 'problem',
      problem: 'no_such_plan',
    });
  });
});

describe('an undo', () => {
  it('binds again what a run has unbound, and rules leave it alone until it is released', async () => {
    scene();
    const run = await applyPlan(await makePlan());
    const started = await startUndo(stage.member, run, stage.deps);
    const undo = started.kind === 'started' ? started.run : '';

    const outcomes = await stage.outcomesOf(undo);
    expect(outcomes.map(({ status }) => status)).toEqual(Array(30).fill('bound'));
    expect(stage.changes('binding_added')).toHaveLength(30);

    await stage.sweep('2026-11-24T03:00:00Z');
    const exemptions = await Array.fromAsync(stage.deps.exemptions.list(stage.member));
    expect(exemptions).toHaveLength(30);
    expect(exemptions.filter(({ activityId, element }) => !isBound(activityId, element))).toEqual([]);

    const released = exemptions.slice(0, 3);
    await stage.deps.exemptions.release(stage.member, released);
    await stage.sweep('2026-11-25T03:00:00Z');
    expect(released.filter(({ activityId, element }) => isBound(activityId, element))).toEqual([]);
  });

  it('tells what cannot be undone', async () => {
    scene();
    const run = await applyPlan(await makePlan());
    await stage.portal.act({ do: 'deleteElement', element: 'deal:1' });
    await stage.portal.act({ do: 'bind', activityId: 101, element: 'deal:2' });
    await stage.portal.act({ do: 'deleteActivity', id: 102 });
    const bindings = Array.from({ length: 99 }, (_, n) => `contact:${1000 + n}`);
    for (const element of bindings) await stage.portal.act({ do: 'bind', activityId: 103, element });

    const started = await startUndo(stage.member, run, stage.deps);

    const outcomes = await stage.outcomesOf(started.kind === 'started' ? started.run : '');
    const odd = outcomes.filter(({ status }) => status !== 'bound');
    expect(odd.map(({ activityId, status, code }) => `${activityId} ${status} ${code}`).sort()).toEqual([
      '100 skipped ELEMENT_GONE',
      '101 already_bound ACTIVITY_IS_ALREADY_BOUND',
      '102 skipped ACTIVITY_GONE',
      '103 skipped TOO_MANY_BINDINGS',
      '200 skipped ELEMENT_GONE',
      '500 skipped ELEMENT_GONE',
    ]);
  });

  it('of one outcome touches nothing else', async () => {
    scene();
    const run = await applyPlan(await makePlan());
    const [first] = await stage.outcomesOf(run);

    await startUndoOfOutcomes(stage.member, [first?.id ?? ''], stage.deps);
    await stage.settled();

    expect(stage.changes('binding_added').map(({ data }) => data)).toEqual([
      { activityId: first?.activityId, entityTypeId: first?.entityTypeId, entityId: first?.entityId },
    ]);
  });
});

describe('a run', () => {
  it('that is stopped ends, and applying the plan again resumes where it ended', async () => {
    scene();
    const id = await makePlan();
    const started = await startApply(stage.member, id, { ...stage.deps, wakeDeps: withoutWaking() });
    const run = started.kind === 'started' ? started.run : '';
    await stopRun(stage.member, run, stage.deps);
    await stage.stack.fire({ task: 'ring' });
    await stage.settled();
    expect(await runProgress(stage.member, run, stage.deps)).toMatchObject({
      phase: 'finished',
      code: 'STOPPED',
      done: 0,
      total: 30,
    });

    const second = await applyPlan(id);

    expect(await stage.outcomesOf(second)).toHaveLength(30);
    expect(await runProgress(stage.member, second, stage.deps)).toMatchObject({
      phase: 'finished',
      done: 30,
      total: 30,
    });
  });
});

const isBound = (activityId: number, { entityTypeId, entityId }: Element): boolean =>
  stage.bindings(activityId).includes(`${entityTypeId}:${entityId}`);

/** Wakes no worker, so that what is written next is there when one comes. */
const withoutWaking = () => ({ ...stage.deps.wakeDeps, portals: { markWakePending: async () => null } });
