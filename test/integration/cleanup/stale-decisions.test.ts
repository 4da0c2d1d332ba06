import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Planners } from '../../../lib/worker/worker-ports.ts';
import { type BenchStage, benchStage } from '../../bench/sweep/bench-stage.ts';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';

let stage: BenchStage;
beforeEach(async () => {
  stage = await benchStage(100, 'stale decisions');
  await stage.stores.portals.writeRules(stage.member, JSON.stringify([LOST_DEALS]));
  stage.portal.seed({
    deals: [{ id: 1, count: 12, stageId: 'LOSE' }],
    activities: [{ id: 1, count: 120, completed: true, bindings: ['deal:1..12', 'contact:1'] }],
  });
});
afterEach(() => stage.close());

const removals = (): number => stage.portal.ledger.changes.filter(({ kind }) => kind === 'binding_removed').length;

/** Sweeps, and calls `waits` once after the first removals. */
async function sweep(waits: () => Promise<void>): Promise<void> {
  const id = 'sweep:a';
  const task = { kind: 'sweep' } as const;
  await stage.stores.jobs.add(
    { portal: stage.member, id, lane: 'sweep', trigger: 'cleanup', cause: id, task },
    stage.clock.now(),
  );
  const ports = stage.newWorker();
  const { sweep: plan } = ports.planners;
  let waited = false;
  const planners: Planners = {
    ...ports.planners,
    async sweep(...args) {
      if (removals() > 0 && !waited) {
        waited = true;
        await waits();
      }
      return await plan(...args);
    },
  };
  await stage.drain({ ...ports, planners });
}

it('what a sweep has decided is evaluated again after a long rest: the element', async () => {
  await sweep(async () => {
    stage.clock.jumpTo(stage.clock.now() + 600_000);
    for (let id = 1; id <= 12; id += 1) await stage.portal.act({ do: 'moveDeal', id, stageId: 'NEW' });
  });

  expect(removals()).toBe(50);
});

it('what a sweep has decided is evaluated again after a long rest: the activity', async () => {
  await sweep(async () => {
    stage.clock.jumpTo(stage.clock.now() + 600_000);
    for (let id = 1; id <= 120; id += 1) await stage.portal.act({ do: 'completeActivity', id, completed: false });
  });

  expect(removals()).toBe(50);
});

it('evaluating again loses nothing', async () => {
  await sweep(async () => stage.clock.jumpTo(stage.clock.now() + 600_000));

  expect(removals()).toBe(120);
  expect(await stage.stores.jobs.read(stage.member, 'sweep:a')).toMatchObject({ counts: { unbound: 120 } });
});
