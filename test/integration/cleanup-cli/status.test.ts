import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { acquireRun } from '../../../lib/cleanup/runs/acquire-run.ts';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';
import { type CleanupCliStage, openCleanupCli, type Row } from '../../support/stage/cleanup-cli-stage.ts';

const DUE = '2026-11-24T03:00:00Z';
const SWEEP = 'sweep:20261124T030000Z';

let stage: CleanupCliStage;
beforeAll(async () => {
  stage = await openCleanupCli();
});
beforeEach(async () => {
  await stage.setRules([LOST_DEALS]);
  stage.lostDeals();
});
afterAll(() => stage.close());

const statusOf = async (run: string): Promise<Row | undefined> =>
  (await stage.json(['cleanup', 'status'])).records.find((row) => row.run === run);

/** Newer than everything else, as those of a busy portal are by the next day. */
async function manyOutcomes(count: number): Promise<void> {
  const at = new Date(stage.deps.clock.now() + 60_000).toISOString();
  const outcomes = Array.from({ length: count }, (_, index) => ({
    id: `robot:busy/unbind/${index + 1}/2:1`,
    portal: stage.member,
    activityId: index + 1,
    entityTypeId: 2,
    entityId: 1,
    status: 'unbound' as const,
    code: null,
    trigger: 'robot' as const,
    cause: 'workflow',
    attempts: 1,
    durationMs: 1,
    at,
  }));
  await stage.stack.stores.outcomes.record(outcomes);
}

describe('cleanup status', () => {
  it('shows the nightly sweep no matter how much came after it, and one that found nothing', async () => {
    await stage.sweep(DUE);
    await stage.sweep('2026-11-25T03:00:00Z');
    await manyOutcomes(1_100);

    const { code, records } = await stage.json(['cleanup', 'status']);
    const text = await stage.text(['cleanup', 'status']);

    expect(code).toBe(0);
    expect(records.map(({ run, counts, ended }) => [run, counts, ended])).toEqual([
      ['sweep:20261125T030000Z', {}, 'completed'],
      [SWEEP, { unbound: 20 }, 'completed'],
    ]);
    expect(records[1]).toMatchObject({ kind: 'sweep', status: 'finished', code: null, done: 20 });
    expect(Date.parse(String(records[1]?.endedAt))).toBeGreaterThanOrEqual(Date.parse(String(records[1]?.since)));
    const [head, ...rows] = text.stdout.trimEnd().split('\n');
    expect(head?.split(/ {2,}/)).toEqual(['RUN', 'SINCE (UTC)', 'STATUS', 'DONE', 'OUTCOMES']);
    expect(rows[1]).toMatch(/^sweep:20261124T030000Z {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}finished {2}20 {4}20 unbound$/);
    expect(rows.every((row) => row.length <= 80)).toBe(true);
  });

  it('shows waiting runs before those that have started', async () => {
    const { jobs, clock } = stage.deps;
    const job = { portal: stage.member, lane: 'sweep', trigger: 'cleanup', task: { kind: 'sweep' } } as const;
    await jobs.add({ ...job, id: 'sweep:waits', cause: 'sweep:waits' }, clock.now());

    const { records } = await stage.json(['cleanup', 'status']);
    await stage.json(['cleanup', 'stop', '--run', 'sweep:waits', '--wait', '0s']);
    await stage.stack.fire({ task: 'ring' });
    await stage.settled();

    expect(records[0]).toMatchObject({ run: 'sweep:waits', status: 'queued', since: null, ended: null });
    expect(await statusOf('sweep:waits')).toMatchObject({ status: 'stopped', ended: 'stopped' });
  });

  it('reports that a sweep reached its time limit', async () => {
    await stage.deps.runs.setSettings(stage.member, { mode: 'apply', minutes: 0 });

    await stage.sweep('2026-11-26T03:00:00Z');

    const run = 'sweep:20261126T030000Z';
    const text = await stage.text(['cleanup', 'status', '--run', run]);
    expect(await statusOf(run)).toMatchObject({ status: 'finished', ended: 'time_limit' });
    expect(text.stdout).toBe(`${run}: time limit reached: nothing\n`);
    await stage.deps.runs.setSettings(stage.member, { mode: 'apply', minutes: 60 });
  });

  it('does not let an earlier error hide why a plan was not applied completely', async () => {
    stage.scene({
      users: [{ id: 1, isAdmin: false, editable: ['contact'] }],
      deals: [{ id: 1, count: 120, stageId: 'LOSE' }],
      activities: [{ id: 5_000, count: 120, completed: true, bindings: ['deal:1..120', 'contact:1'] }],
    });
    const plan = await stage.plan();
    const run = `apply:${plan}:1`;
    stage.portal.script({ method: 'batch', times: 6, kind: { delayMs: 40 } });
    await stage.json(['cleanup', 'apply', '--plan', plan, '--yes', '--wait', '0s']);
    while (((await stage.deps.jobs.read(stage.member, run))?.counts.refused ?? 0) === 0)
      await stage.deps.clock.sleep(5);

    const stopped = await stage.json(['cleanup', 'stop', '--run', run]);

    expect(stopped.records[0]).toMatchObject({ status: 'stopped', ended: 'stopped', code: 'ACCESS_DENIED' });
    expect(await statusOf(run)).toMatchObject({ status: 'stopped', ended: 'stopped', code: 'ACCESS_DENIED' });
  });

  it('shows a run that was given up after it had started', async () => {
    const { clock } = stage.deps;
    const { jobs } = stage.stack.stores;
    const job = { portal: stage.member, lane: 'sweep', trigger: 'cleanup', task: { kind: 'sweep' } } as const;
    await jobs.add({ ...job, id: 'sweep:lost', cause: 'x' }, clock.now());
    await acquireRun({ portal: stage.member, id: 'sweep:lost' }, async () => '[]', { ...stage.deps, jobs });
    const added = await jobs.read(stage.member, 'sweep:lost');
    const end = { phase: 'failed', cursor: null, counts: { failed: 1 }, code: 'INTERNAL_ERROR', dueAt: 0 } as const;
    if (added !== null) await jobs.advance(added, end, clock.now());

    const { stdout, stderr } = await stage.text(['cleanup', 'status', '--run', 'sweep:lost']);

    expect(await statusOf('sweep:lost')).toMatchObject({ status: 'failed', ended: 'given_up', endedAt: null });
    expect(stdout).toBe('sweep:lost: failed: INTERNAL_ERROR: 1 failed\n');
    expect(stderr).toContain('The run was given up: INTERNAL_ERROR');
  });

  it('reports that a plan disappeared before it could be applied', async () => {
    const { jobs, clock } = stage.deps;
    const job = { portal: stage.member, lane: 'sweep', trigger: 'cleanup', cause: 'x' } as const;
    await jobs.add({ ...job, id: 'apply:gone:1', task: { kind: 'apply', plan: 'gone' } }, clock.now());
    await stage.stack.fire({ task: 'ring' });
    await stage.settled();

    expect(await statusOf('apply:gone:1')).toMatchObject({ status: 'finished', ended: 'plan_gone' });
  });
});

describe('cleanup sweep', () => {
  it('is not done when the rules change meanwhile, and says how to start over', async () => {
    stage.scene({
      deals: [{ id: 1, count: 200, stageId: 'LOSE' }],
      activities: [{ id: 7_000, count: 200, completed: true, bindings: ['deal:1..200', 'contact:1'] }],
    });
    stage.portal.script({ method: 'batch', times: 8, kind: { delayMs: 40 } });
    const changed = async () => {
      while (stage.changes('binding_removed').length === 0) await stage.deps.clock.sleep(5);
      await stage.setRules([{ ...LOST_DEALS, activities: { completed: false } }]);
    };

    const [swept] = await Promise.all([stage.json(['cleanup', 'sweep', '--yes']), changed()]);

    expect(swept).toMatchObject({ code: 1, records: [{ status: 'finished', ended: 'rules_changed' }] });
    expect(swept.stderr).toContain(
      `To start over with the new ones: npm run --silent cli -- cleanup sweep --portal ${stage.member}`,
    );
    expect(swept.stderr).toContain('To undo it: npm run --silent cli -- undo');
  });
});
