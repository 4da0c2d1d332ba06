import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';
import { person } from '../../support/cli/fake-terminals.ts';
import { type CleanupCliStage, openCleanupCli } from '../../support/stage/cleanup-cli-stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'unbind-plans-'));
let stage: CleanupCliStage;
beforeAll(async () => {
  stage = await openCleanupCli();
});
beforeEach(async () => {
  await stage.setRules([LOST_DEALS]);
  const { exemptions } = stage.deps;
  await exemptions.release(stage.member, await Array.fromAsync(exemptions.list(stage.member)));
  stage.lostDeals();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await stage.close();
});

const removals = () => stage.changes('binding_removed').length;

describe('cleanup plan', () => {
  it('prints the plan and what it would remove, and changes nothing', async () => {
    const { code, records, stderr } = await stage.json(['cleanup', 'plan']);

    const [plan, ...items] = records;
    expect(code).toBe(0);
    expect(plan).toMatchObject({ portal: stage.member, state: 'ready', ended: 'completed', items: 20 });
    expect(plan).toMatchObject({ byRule: { 'lost-deals': 20 } });
    expect(items).toHaveLength(20);
    expect(items[0]).toEqual({
      portal: stage.member,
      plan: plan?.plan,
      activityId: expect.any(Number),
      entityTypeId: 2,
      entityId: expect.any(Number),
      rule: 'lost-deals',
    });
    expect(stderr).toContain(`cleanup apply --portal ${stage.member} --plan ${String(plan?.plan)}`);
    expect(removals()).toBe(0);
  });

  it('shows people a table of the items that pass the filter', async () => {
    const { code, stdout } = await stage.text(['cleanup', 'plan', '--activity', '100']);

    const [plan, ...table] = stdout.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(plan).toContain('20 bindings to remove (20 lost-deals)');
    expect(table).toEqual(['ACTIVITY  UNBIND FROM  RULE', '     100  deal:1       lost-deals']);
  });

  it('is made by a disabled rule when that is named', async () => {
    await stage.setRules([{ ...LOST_DEALS, enabled: false }]);

    const unnamed = await stage.json(['cleanup', 'plan']);
    const unknown = await stage.json(['cleanup', 'plan', '--rule', 'lost']);
    const named = await stage.json(['cleanup', 'plan', '--rule', 'lost-deals']);

    expect(unnamed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('rules enable') });
    expect(unknown).toMatchObject({ code: 1, stderr: 'There is no rule lost. Known rules: lost-deals\n' });
    expect(named.code).toBe(0);
    expect(named.records).toHaveLength(21);
  });

  it('is accepted when there is no time to wait, and can be shown, filtered and exported later', async () => {
    const accepted = await stage.json(['cleanup', 'plan', '--wait', '0s']);
    await stage.settled();
    const plan = String(accepted.records[0]?.plan);
    const files = { csv: join(folder, 'plan.csv'), jsonl: join(folder, 'plan.jsonl') };

    const shown = await stage.json(['cleanup', 'show', plan, '--element', 'deal:2']);
    const limited = await stage.text(['cleanup', 'show', plan, '--type', 'deal', '--limit', '3']);
    await stage.json(['cleanup', 'show', plan, '--export', files.csv]);
    await stage.json(['cleanup', 'show', plan, '--activity', '101', '--export', files.jsonl]);

    expect(accepted).toMatchObject({ code: 75, records: [{ run: `plan:${plan}` }] });
    expect(shown.records.slice(1).map(({ activityId }) => activityId)).toEqual([101, 201]);
    expect(limited.stdout.trimEnd().split('\n')).toHaveLength(1 + 1 + 3);
    expect(limited.stderr).toContain('These are the first 3.');
    const [head, first, ...rest] = readFileSync(files.csv, 'utf8').trimEnd().split('\r\n');
    expect(head).toBe('portal,plan,activityId,entityTypeId,entityId,rule');
    expect(first).toBe(`${stage.member},${plan},100,2,1,lost-deals`);
    expect(rest).toHaveLength(19);
    expect(readFileSync(files.jsonl, 'utf8').trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('cleanup apply', () => {
  it('does nothing without --yes when it is not interactive, nor after a no', async () => {
    const plan = await stage.plan();
    const { questions, terminal } = person('n');

    const unasked = await stage.json(['cleanup', 'apply', '--plan', plan]);
    const refused = await stage.json(['cleanup', 'apply', '--plan', plan], { terminal });

    expect(unasked).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('pass --yes') });
    expect(questions).toEqual([expect.stringMatching(/20 bindings\. Go ahead\? \[y\/N\] $/)]);
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: 'Nothing was changed.\n' });
    expect(removals()).toBe(0);
  });

  it('does what the plan says after a yes, once', async () => {
    const plan = await stage.plan();

    const first = await stage.json(['cleanup', 'apply', '--plan', plan], person('y'));
    const second = await stage.json(['cleanup', 'apply', '--plan', plan]);

    const run = `apply:${plan}:1`;
    expect(first).toMatchObject({ code: 0, records: [{ run, status: 'finished', counts: { unbound: 20 }, done: 20 }] });
    expect(first.stderr).toContain(`undo --portal ${stage.member} --plan ${plan}`);
    expect(second).toMatchObject({ code: 0, records: [{ plan, status: 'done' }] });
    expect(removals()).toBe(20);
  });

  it('does not ask for ten bindings', async () => {
    stage.scene({
      deals: [{ id: 1, count: 10, stageId: 'LOSE' }],
      activities: [{ id: 100, count: 10, completed: true, bindings: ['deal:1..10', 'contact:1..10'] }],
    });

    const { code } = await stage.json(['cleanup', 'apply', '--plan', await stage.plan()]);

    expect(code).toBe(0);
    expect(removals()).toBe(10);
  });

  it('reports what was skipped or refused, and why', async () => {
    stage.scene({
      users: [{ id: 1, isAdmin: false, editable: ['contact'] }],
      deals: [{ id: 1, count: 3, stageId: 'LOSE' }],
      // Others than elsewhere: what was refused rests.
      activities: [{ id: 901, count: 3, completed: true, bindings: ['deal:1..3', 'contact:1..3'] }],
    });
    const plan = await stage.plan();
    await stage.portal.act({ do: 'moveDeal', id: 1, stageId: 'NEW' });

    const { code, stdout } = await stage.text(['cleanup', 'apply', '--plan', plan]);

    expect(code).toBe(1);
    expect(stdout).toMatch(/2 {2}refused {2}ACCESS_DENIED +902 and deal:2\n {2}the user of the/);
    expect(stdout).toMatch(/1 {2}skipped {2}ELEMENT_CHANGED {2}901 and deal:1/);
    expect(
      stdout
        .split('\n')
        .slice(1)
        .every((line) => line.length <= 80),
    ).toBe(true);
  });

  it('rejects a plan that does not exist', async () => {
    const { code, stderr } = await stage.json(['cleanup', 'apply', '--plan', 'nonsense']);

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Plan nonsense of') });
  });

  it('follows a run of the plan that already works, and starts no other', async () => {
    const plan = await stage.plan();
    stage.portal.script({ method: 'batch', times: 3, kind: { delayMs: 100 } });

    const accepted = await stage.json(['cleanup', 'apply', '--plan', plan, '--yes', '--wait', '0s']);
    const followed = await stage.json(['cleanup', 'apply', '--plan', plan]);

    const run = `apply:${plan}:1`;
    expect(accepted).toMatchObject({ code: 75, records: [{ run }] });
    expect(accepted.stderr).toContain(`cleanup status --portal ${stage.member} --run ${run}`);
    expect(followed).toMatchObject({ code: 0, records: [{ run, counts: { unbound: 20 } }] });
  });
});

describe('unbind', () => {
  it('asks too before it changes more than ten bindings', async () => {
    const activities = Array.from({ length: 11 }, (_, index) => ['--activity', String(100 + index)]).flat();
    const argv = ['unbind', '--element', 'deal:1', ...activities];

    const unasked = await stage.json(argv);
    const asked = await stage.json(argv, person('n'));

    expect(unasked).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('pass --yes') });
    expect(asked).toMatchObject({ code: 1, stdout: '', stderr: 'Nothing was changed.\n' });
    expect(removals()).toBe(0);
  });
});

describe('undo', () => {
  it('rebinds what a run has unbound, and reports what cannot be rebound', async () => {
    const plan = await stage.plan();
    await stage.json(['cleanup', 'apply', '--plan', plan, '--yes']);
    await stage.portal.act({ do: 'deleteElement', element: 'deal:1' });
    await stage.portal.act({ do: 'bind', activityId: 101, element: 'deal:2' });

    const unasked = await stage.json(['undo', '--run', `apply:${plan}:1`]);
    const { code, records, stderr } = await stage.json(['undo', '--run', `apply:${plan}:1`, '--yes']);

    expect(unasked).toMatchObject({ code: 1, stdout: '' });
    expect(code).toBe(1);
    expect(records).toMatchObject([
      { kind: 'undo', of: `apply:${plan}:1`, counts: { bound: 17, already_bound: 1, skipped: 2 } },
      { status: 'skipped', code: 'ELEMENT_GONE', count: 2, meaning: 'the element no longer exists' },
    ]);
    expect(stderr).toContain(`rules release --portal ${stage.member} --run ${String(records[0]?.run)}`);
    expect(stage.bindings(102)).toEqual(['2:3', '3:3']);
  });

  it('of outcomes touches nothing else', async () => {
    const plan = await stage.plan();
    await stage.json(['cleanup', 'apply', '--plan', plan, '--yes']);
    const { records: outcomes } = await stage.json(['outcomes', '--run', `apply:${plan}:1`, '--activity', '100']);

    const { code, records } = await stage.json(['undo', '--outcome', String(outcomes[0]?.id)]);

    expect({ code, records }).toMatchObject({ code: 0, records: [{ counts: { bound: 1 }, total: 1 }] });
    expect(stage.changes('binding_added')).toHaveLength(1);
  });

  it.each([
    ['a run that never was', ['--run', 'apply:none:1'], 'Nothing was unbound there'],
    ['an outcome that never was', ['--outcome', 'x/unbind/1/2:3'], 'There is no such outcome'],
  ])('of %s ends with 1 and says where to look', async (_, args, reason) => {
    const { code, stderr } = await stage.json(['undo', ...args]);

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(reason) });
  });
});
