import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CleanupCliStage, LOST_DEALS, openCleanupCli } from './cleanup-cli-stage.ts';

const CONTACTS = { name: 'contacts', element: 'contact', when: { alsoBoundTo: ['company'] }, enabled: false };

let stage: CleanupCliStage;
beforeAll(async () => {
  stage = await openCleanupCli();
});
beforeEach(async () => {
  await stage.setRules([LOST_DEALS, CONTACTS]);
  stage.lostDeals();
});
afterAll(() => stage.close());

const stored = async () => JSON.parse((await stage.stack.stores.portals.readRules(stage.member)) ?? 'null');

describe('rules try', () => {
  it('tells for each rule and binding whether it would go, and why', async () => {
    const removed = await stage.json(['rules', 'try', '--activity', '200']);
    const open = await stage.text(['rules', 'try', '--activity', '315']);

    expect(removed.code).toBe(0);
    expect(removed.records).toMatchObject([
      { rule: 'lost-deals', element: { entityTypeId: 2, entityId: 1 }, matches: true, kept: null },
      { rule: 'contacts', enabled: false, matches: true, kept: 'disabled' },
    ]);
    expect(open.stdout).toContain('when.stage: process, wanted failed');
    expect(open.stderr).toContain('Activity 315 ');
    expect(open.stderr).toContain('is bound to deal:16, contact:16');
    expect(stage.calls('crm.activity.binding.delete')).toBe(0);
  });

  it('takes rules that are not set yet, from a file', async () => {
    const file = JSON.stringify({ name: 'new', element: 'deal' });

    const ran = await stage.json(['rules', 'try', '--activity', '315', '--file', 'new.json'], {
      files: { 'new.json': file },
    });

    expect(ran).toMatchObject({ code: 0, records: [{ rule: 'new', matches: true, kept: null }] });
  });

  it.each([
    ['an activity that does not exist', ['--activity', '77777'], 'NOT_FOUND'],
    ['rules that are none', ['--activity', '100', '--file', 'bad.json'], 'The rules are a list'],
  ])('of %s ends with 1 and the reason', async (_, args, reason) => {
    const ran = await stage.json(['rules', 'try', ...args], { files: { 'bad.json': '"no"' } });

    expect(ran).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(reason) });
  });

  it('says so when the portal does not work', async () => {
    stage.portal.script({ method: 'batch', kind: { error: { code: 'OVERLOAD_LIMIT', status: 503 } } });

    const { code, stderr } = await stage.json(['rules', 'try', '--activity', '100']);

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('OVERLOAD_LIMIT') });
  });
});

describe('rules enable and disable', () => {
  it('switch a rule and leave everything else as it was written', async () => {
    const on = await stage.json(['rules', 'enable', 'contacts']);
    const off = await stage.json(['rules', 'disable', 'lost-deals']);

    expect([on.code, off.code]).toEqual([0, 0]);
    expect(await stored()).toEqual([
      { ...LOST_DEALS, enabled: false },
      { ...CONTACTS, enabled: true },
    ]);
  });

  it('make the rules that ship the portal’s own', async () => {
    const { portals } = stage.stack.stores;
    await portals.add('fresh', 0);

    const ran = await stage.json(['rules', 'enable', 'lost-deals', 'paid-invoices', '--portal', 'fresh']);

    const own = JSON.parse((await portals.readRules('fresh')) ?? '[]') as { name: string; enabled: boolean }[];
    expect(ran.code).toBe(0);
    expect(own).toHaveLength(5);
    expect(own.filter(({ enabled }) => enabled).map(({ name }) => name)).toEqual(['lost-deals', 'paid-invoices']);
  });
});

describe('rules release', () => {
  it('ends the exemption that an undo has brought, by undo or by binding', async () => {
    const plan = await stage.plan();
    await stage.json(['cleanup', 'apply', '--plan', plan, '--yes']);
    const { records: undone } = await stage.json(['undo', '--run', `apply:${plan}:1`, '--yes']);

    const before = await stage.json(['rules', 'exemptions']);
    const exempt = await stage.json(['rules', 'try', '--activity', '100']);
    const one = await stage.json(['rules', 'release', '--activity', '100', '--element', 'deal:1']);
    const all = await stage.json(['rules', 'release', '--run', String(undone[0]?.run)]);
    const nothing = await stage.json(['rules', 'release', '--all']);

    expect(before.records).toHaveLength(20);
    expect(exempt.records[0]).toMatchObject({ kept: 'exempt' });
    expect([one, all].map(({ code, records }) => [code, records[0]?.released])).toEqual([
      [0, 1],
      [0, 19],
    ]);
    expect(nothing).toMatchObject({ code: 1, records: [{ released: 0 }] });
  });
});

describe('cleanup schedule', () => {
  it('shows how it is, and can be set to make plans only', async () => {
    const before = await stage.json(['cleanup', 'schedule']);
    const set = await stage.json(['cleanup', 'schedule', '--mode', 'plan', '--minutes', '30']);

    await stage.sweep('2026-11-24T03:00:00Z');
    const { records } = await stage.json(['cleanup', 'plans']);

    expect(before.records).toEqual([{ portal: stage.member, mode: 'sweep', minutes: 360 }]);
    expect(set.records).toEqual([{ portal: stage.member, mode: 'plan', minutes: 30 }]);
    expect(records[0]).toMatchObject({ plan: '20261124T030000Z', state: 'ready', items: 20 });
    expect(stage.changes('binding_removed')).toEqual([]);
  });
});

describe('cleanup sweep', () => {
  it('asks always, as nobody knows how much it is; then it removes what the rules match', async () => {
    const unasked = await stage.json(['cleanup', 'sweep']);
    const swept = await stage.json(['cleanup', 'sweep', '--yes']);
    const { records: runs } = await stage.json(['cleanup', 'status']);
    const { records: counts } = await stage.json([
      'outcomes',
      '--run',
      String(swept.records[0]?.run),
      '--count-by',
      'status',
    ]);

    expect(unasked).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('--yes') });
    expect(swept).toMatchObject({ code: 0, records: [{ kind: 'sweep', status: 'finished', counts: { unbound: 20 } }] });
    expect(runs).toContainEqual(expect.objectContaining({ run: swept.records[0]?.run, status: 'finished' }));
    expect(counts).toEqual([{ status: 'unbound', count: 20 }]);
  });
});

it('portal rate shows and sets how fast a portal is called', async () => {
  const before = await stage.json(['portal', 'rate']);
  const set = await stage.json(['portal', 'rate', 'standard']);
  const after = await stage.stack.stores.portals.read(stage.member);
  await stage.json(['portal', 'rate', 'enterprise']);

  expect(before.records).toEqual([{ portal: stage.member, rate: 'enterprise' }]);
  expect(set).toMatchObject({ code: 0, records: [{ rate: 'standard' }] });
  expect(after).toMatchObject({ plan: 'standard' });
});
