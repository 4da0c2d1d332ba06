import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { portalRules } from '../../../lib/cleanup/rules/portal-rules.ts';
import { runScheduledTask } from '../../../lib/cleanup/runs/run-scheduled-task.ts';
import { startApply, startPlan, stopRun } from '../../../lib/cleanup/start-run.ts';
import { type BenchStage, benchStage } from '../../bench/sweep/bench-stage.ts';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';

const COUNT = 4_000;
/** Minutes of a night that are not enough. */
const FEW = 0.4;
const LONG_MS = 60_000;

let stage: BenchStage;
beforeEach(async () => {
  stage = await benchStage(100, 'nights');
  await stage.stores.portals.writeRules(stage.member, JSON.stringify([LOST_DEALS]));
  stage.portal.seed({
    deals: [{ id: 1, count: COUNT / 10, stageId: 'LOSE' }],
    activities: [{ id: 1, count: COUNT, completed: true, bindings: [`deal:1..${COUNT / 10}`, 'contact:1'] }],
  });
});
afterEach(() => stage.close());

/** One night of the schedule with this time limit. Returns the plans, newest first. */
async function night(day: number, minutes: number) {
  await begin(day, minutes);
  await stage.drain(stage.newWorker());
  return await plans();
}

async function begin(day: number, minutes: number): Promise<void> {
  const { stores, member, clock } = stage;
  await stores.runs.setSettings(member, { mode: 'plan', minutes });
  const log = { info: ignore, warn: ignore, error: ignore };
  const rulesOf = portalRules(stores.portals, log);
  const due = `2026-11-${day}T01:00:00Z`;
  const { wakeDeps } = stage.deps;
  await runScheduledTask({ task: 'sweep', due }, { ...stores, rulesOf, wakeDeps, clock, log });
}
const ignore = (): void => undefined;

const plans = () => Array.fromAsync(stage.stores.plans.list(stage.member));

async function itemsOf(plan: string): Promise<number[]> {
  const { items } = await stage.stores.plans.page(stage.member, plan, 0, 2 * COUNT);
  return items.map(({ activityId }) => activityId);
}

describe('a scheduled plan for which one night is too short', () => {
  it(
    'is resumed until it is ready and holds everything once; then another one is begun',
    async () => {
      const [first] = await night(21, FEW);
      const [second, ...others] = await night(22, FEW);
      const [third] = await night(23, 60);
      const ids = await itemsOf('20261121T010000Z');
      const afterwards = await night(24, 60);

      expect(first).toMatchObject({ id: '20261121T010000Z', state: 'stopped', ended: 'time_limit' });
      expect(second).toMatchObject({ id: '20261121T010000Z', createdAt: first?.createdAt });
      expect(others).toEqual([]);
      expect(second?.items).toBeGreaterThan(first?.items ?? COUNT);
      expect(third).toMatchObject({ state: 'ready', ended: null, items: COUNT, byRule: { 'lost-deals': COUNT } });
      expect(new Set(ids).size).toBe(COUNT);
      expect(ids).toHaveLength(COUNT);
      expect(afterwards.map(({ id }) => id)).toEqual(['20261124T010000Z', '20261121T010000Z']);
    },
    LONG_MS,
  );

  it(
    'can be applied in between, and again for what is added later',
    async () => {
      const [first] = await night(21, FEW);
      const id = first?.id ?? '';
      const early = await startApply(stage.member, id, stage.deps, { incomplete: true });
      await stage.drain(stage.newWorker());
      const [second] = await night(22, 60);
      const late = await startApply(stage.member, id, stage.deps);
      await stage.drain(stage.newWorker());

      expect(early.kind).toBe('started');
      expect(second).toMatchObject({ id, state: 'ready', done: first?.items, applied: [`apply:${id}:1`] });
      expect(late).toMatchObject({ kind: 'started', run: `apply:${id}:2` });
      expect((await plans())[0]).toMatchObject({ items: COUNT, done: COUNT, next: COUNT });
      expect(stage.portal.ledger.changes.filter(({ kind }) => kind === 'binding_removed')).toHaveLength(COUNT);
    },
    LONG_MS,
  );

  it(
    'still tells what could not be read in its first night',
    async () => {
      const kind = { error: { code: 'ACCESS_DENIED', status: 400 } };
      stage.portal.script({ method: 'crm.activity.binding.list', inBatch: true, kind });
      await night(21, FEW);
      const [second] = await night(22, 60);

      expect(second).toMatchObject({ state: 'stopped', ended: 'unreadable', code: 'ACCESS_DENIED', items: COUNT - 1 });
    },
    LONG_MS,
  );

  it(
    'is left as it is when the rules have changed, even at the last moment, or when it was stopped',
    async () => {
      const [first] = await night(21, FEW);
      await begin(22, 60);
      await stage.stores.portals.writeRules(stage.member, JSON.stringify([{ ...LOST_DEALS, name: 'renamed' }]));
      await stage.drain(stage.newWorker());
      const [same, ...none] = await plans();
      await begin(23, 60);
      await stopRun(stage.member, 'plan:20261123T010000Z', stage.stores);
      await stage.drain(stage.newWorker());
      const last = (await night(24, 60)).find(({ id }) => id === '20261124T010000Z');

      expect(same).toEqual(first);
      expect(none).toEqual([]);
      expect(await stage.stores.jobs.read(stage.member, 'plan:20261122T010000Z')).toMatchObject({
        phase: 'finished',
        code: 'RULES_CHANGED',
      });
      expect(last).toMatchObject({ state: 'ready', items: COUNT });
    },
    LONG_MS,
  );

  it(
    'is not resumed by a plan that a person starts',
    async () => {
      const [first] = await night(21, FEW);
      const { plan } = await startPlan(stage.member, stage.deps);
      await stage.drain(stage.newWorker());
      const [mine] = await plans();
      const [third] = (await night(22, 60)).filter(({ id }) => id === first?.id);

      expect(mine).toMatchObject({ id: plan, state: 'ready', items: COUNT });
      expect(third).toMatchObject({ state: 'ready', items: COUNT });
    },
    LONG_MS,
  );
});
