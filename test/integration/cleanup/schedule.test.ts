import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { acquireRun } from '../../../lib/cleanup/runs/acquire-run.ts';
import { runScheduledTask, type ScheduledTaskDeps } from '../../../lib/cleanup/runs/run-scheduled-task.ts';
import { startApply, startPlan, startSweep, stopRun } from '../../../lib/cleanup/start-run.ts';
import { NotNow } from '../../../lib/jobs/planner.ts';
import { type BenchStage, benchStage } from '../../bench/sweep/bench-stage.ts';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';

let stage: BenchStage;
beforeEach(async () => {
  stage = await benchStage(100, 'schedule');
  await stage.stores.portals.writeRules(stage.member, JSON.stringify([LOST_DEALS]));
});
afterEach(() => stage.close());

const schedule = (): ScheduledTaskDeps => ({
  ...stage.stores,
  rulesOf: async () => [],
  wakeDeps: stage.deps.wakeDeps,
  clock: stage.clock,
  log: { info: ignore, warn: ignore, error: ignore },
});
const ignore = (): void => undefined;

async function fire(due: string): Promise<void> {
  const rules = JSON.parse((await stage.stores.portals.readRules(stage.member)) ?? '[]');
  await runScheduledTask({ task: 'sweep', due }, { ...schedule(), rulesOf: async () => rules });
}

const seedDeals = (count: number): void =>
  stage.portal.seed({
    deals: [{ id: 1, count, stageId: 'LOSE' }],
    activities: [{ id: 1, count: count * 10, completed: true, bindings: [`deal:1..${count}`, 'contact:1'] }],
  });

const removals = (): number => stage.portal.ledger.changes.filter(({ kind }) => kind === 'binding_removed').length;

describe('a scheduled sweep', () => {
  it('only plans if the portal is set so, and the plan can be applied', async () => {
    seedDeals(10);
    await stage.stores.runs.setSettings(stage.member, { mode: 'plan', minutes: 60 });

    await fire('2026-11-24T01:00:00Z');
    await fire('2026-11-24T01:00:00Z');
    await stage.drain(stage.newWorker());

    expect(removals()).toBe(0);
    expect(await Array.fromAsync(stage.stores.plans.list(stage.member))).toMatchObject([
      { id: '20261124T010000Z', state: 'ready', items: 100 },
    ]);
  });

  it('ends at its time limit, and the next one resumes there', async () => {
    seedDeals(400);
    await stage.stores.runs.setSettings(stage.member, { mode: 'apply', minutes: 1 });
    await fire('2026-11-24T01:00:00Z');
    await stage.drain(stage.newWorker());
    const first = removals();
    const job = await stage.stores.jobs.read(stage.member, 'sweep:20261124T010000Z');
    expect(job).toMatchObject({ phase: 'finished', code: 'TIME_IS_UP' });
    expect(first).toBeGreaterThan(500);
    expect(first).toBeLessThan(3_500);

    await stage.stores.runs.setSettings(stage.member, { mode: 'apply', minutes: 60 });
    await fire('2026-11-25T01:00:00Z');
    await stage.drain(stage.newWorker());

    expect(removals()).toBe(4_000);
    const lists = stage.portal.ledger.requests
      .flatMap(({ commands }) => commands)
      .filter(({ method }) => method === 'crm.activity.binding.list');
    expect(lists).toHaveLength(4_000);
  });

  it('that a person stops is resumed by the next one', async () => {
    seedDeals(200);
    await fire('2026-11-24T01:00:00Z');
    const run = 'sweep:20261124T010000Z';
    const ports = stage.newWorker();
    const { sweep } = ports.planners;
    const planners = {
      ...ports.planners,
      async sweep(...args: Parameters<typeof sweep>) {
        if (removals() > 500) await stopRun(stage.member, run, stage.stores);
        return await sweep(...args);
      },
    };
    await stage.drain({ ...ports, planners });
    const first = removals();
    // The first thing that a sweep meets: the first run has already looked at it.
    await stage.portal.act({ do: 'bind', activityId: 1, element: 'deal:1' });
    await fire('2026-11-25T01:00:00Z');
    await stage.drain(stage.newWorker());

    expect(await stage.stores.jobs.read(stage.member, run)).toMatchObject({ phase: 'finished', code: 'STOPPED' });
    expect(first).toBeLessThan(1_500);
    expect(removals()).toBe(2_000);
    expect(stage.portal.crm().bindings.rows(1)).toHaveLength(2);
  });

  it('that is unfinished is not resumed by a sweep that a person starts', async () => {
    seedDeals(400);
    await stage.stores.runs.setSettings(stage.member, { mode: 'apply', minutes: 1 });
    await fire('2026-11-24T01:00:00Z');
    await stage.drain(stage.newWorker());
    // The first thing that a sweep meets: the first run has already looked at it.
    await stage.portal.act({ do: 'bind', activityId: 1, element: 'deal:1' });

    const started = await startSweep(stage.member, stage.deps);
    const run = started.kind === 'started' ? started.run : '';
    await stage.drain(stage.newWorker());

    expect(stage.portal.crm().bindings.rows(1)).toHaveLength(1);
    expect(await stage.stores.jobs.read(stage.member, run)).toMatchObject({ phase: 'finished', code: null });
    expect(removals()).toBe(4_001);
    expect(await stage.stores.runs.carry(stage.member, 'sweep')).toBeNull();
  });

  it('ends when the rules are changed during it', async () => {
    seedDeals(200);
    await fire('2026-11-24T01:00:00Z');
    const ports = stage.newWorker();
    const { sweep } = ports.planners;
    const planners = {
      ...ports.planners,
      async sweep(...args: Parameters<typeof sweep>) {
        if (removals() > 0) await stage.stores.portals.writeRules(stage.member, '[]');
        return await sweep(...args);
      },
    };

    await stage.drain({ ...ports, planners });

    expect(removals()).toBeLessThanOrEqual(100);
    const job = await stage.stores.jobs.read(stage.member, 'sweep:20261124T010000Z');
    expect(job).toMatchObject({ phase: 'finished', code: 'RULES_CHANGED' });
  });

  it('is left out while the one before it is running', async () => {
    seedDeals(10);
    await fire('2026-11-24T01:00:00Z');
    await stage.stores.runs.begin(stage.member, { id: 'sweep:20261124T010000Z', since: 0, rules: '[]' }, null);

    await fire('2026-11-25T01:00:00Z');

    expect(await stage.stores.jobs.read(stage.member, 'sweep:20261125T010000Z')).toBeNull();
  });
});

describe('the schedule', () => {
  it('serves several portals at a time, but not all of them', async () => {
    const { portals } = stage.stores;
    for (let n = 1; n <= 30; n++) await portals.add(`portal-${n}`, stage.clock.now());
    let [now, most, asked] = [0, 0, 0];
    const jobs: ScheduledTaskDeps['jobs'] = {
      add: () => Promise.reject(new Error('nothing is added')),
      read: () => Promise.resolve(null),
      async nextDueAt(portal) {
        asked += 1;
        most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        if (portal === 'portal-7') throw new Error('a table that does not answer');
        return null;
      },
    };

    await runScheduledTask({ task: 'ring' }, { ...schedule(), jobs });

    expect(asked).toBe(31);
    expect(most).toBe(10);
  });
});

describe('a plan that is being applied', () => {
  it('is checked again when time has passed since', async () => {
    seedDeals(12);
    const { plan } = await startPlan(stage.member, stage.deps);
    await stage.drain(stage.newWorker());
    const started = await startApply(stage.member, plan, stage.deps);
    const ports = stage.newWorker();
    const { apply } = ports.planners;
    let waited = false;
    const planners = {
      ...ports.planners,
      async apply(...args: Parameters<typeof apply>) {
        if (removals() > 0 && !waited) {
          waited = true;
          stage.clock.jumpTo(stage.clock.now() + 600_000);
          for (let id = 1; id <= 12; id += 1) await stage.portal.act({ do: 'moveDeal', id, stageId: 'NEW' });
        }
        return await apply(...args);
      },
    };

    await stage.drain({ ...ports, planners });

    const outcomes = await stage.stores.outcomes.ofJob(stage.member, started.kind === 'started' ? started.run : '');
    expect(outcomes.filter(({ status }) => status === 'unbound')).toHaveLength(50);
    expect(outcomes.filter(({ code }) => code === 'ELEMENT_CHANGED')).toHaveLength(70);
  });
});

describe('runs of one portal', () => {
  const acquire = (id: string) =>
    acquireRun({ portal: stage.member, id }, async () => '[]', { ...stage.stores, clock: stage.clock });
  const add = (id: string) =>
    stage.stores.jobs.add(
      { portal: stage.member, id, lane: 'sweep', trigger: 'cleanup', cause: id, task: { kind: 'sweep' } },
      stage.clock.now(),
    );

  it('wait for each other, but not for one whose job is over', async () => {
    await add('sweep:a');
    expect(await acquire('sweep:a')).toMatchObject({ id: 'sweep:a', stopping: false });
    await expect(acquire('sweep:b')).rejects.toThrow(NotNow);

    const job = await stage.stores.jobs.read(stage.member, 'sweep:a');
    if (job !== null) {
      const over = { phase: 'failed', cursor: null, counts: {}, code: 'X', dueAt: 0 } as const;
      await stage.stores.jobs.advance(job, over, stage.clock.now());
    }

    expect(await acquire('sweep:b')).toMatchObject({ id: 'sweep:b' });
  });

  it('end without having run if they were stopped before', async () => {
    await add('sweep:a');
    await acquire('sweep:a');
    await stage.stores.runs.askToStop(stage.member, 'sweep:b');

    expect(await acquire('sweep:b')).toMatchObject({ stopping: true });
    expect(await stage.stores.runs.current(stage.member)).toMatchObject({ id: 'sweep:a' });
  });
});
