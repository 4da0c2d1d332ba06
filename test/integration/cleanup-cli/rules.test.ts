import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_RULES } from '../../../lib/cleanup/rules/default-rules.ts';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';
import { type CleanupCliStage, openCleanupCli } from '../../support/stage/cleanup-cli-stage.ts';

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

const widest = (text: string): number => Math.max(...text.split('\n').map(({ length }) => length));

describe('rules list', () => {
  it.each([120, 80, 60, 40])('shows the purpose of each rule in lines of %i characters', async (width) => {
    await stage.stack.stores.portals.add('fresh', 0);

    const { stdout } = await stage.text(['rules', 'list', '--portal', 'fresh'], { width });

    const words = stdout.replace(/\s+/g, ' ');
    expect(widest(stdout)).toBeLessThanOrEqual(width);
    for (const { description, name } of DEFAULT_RULES) {
      expect(words).toContain(name);
      expect(words).toContain(description);
    }
  });

  it('puts every condition into words', async () => {
    const when = { stage: ['success', 'failed'], pipelines: { include: [3, 5] }, responsible: { exclude: [1] } };
    await stage.setRules([
      { name: 'some', element: 'deal', when, activities: { types: ['call', 'email'], completed: true } },
      { name: 'all', element: 'lead' },
    ]);

    const { stdout } = await stage.text(['rules', 'list']);

    expect(stdout.split('\n')).toEqual([
      'RULE  ON   ELEMENT',
      'some  yes  deal',
      '  when: stage success or failed, pipelines 3 or 5, responsible not 1',
      '  activities: types call or email, completed true',
      'all   yes  lead',
      '  when: always',
      '',
    ]);
  });

  it('names the built-in rules that are not among those of the portal', async () => {
    const { stderr, records } = await stage.json(['rules', 'list']);
    const shipped = await stage.json(['rules', 'list', '--shipped']);

    expect(records.map(({ name }) => name)).toEqual(['lost-deals', 'contacts']);
    expect(stderr).toContain('converted-leads, calls-and-mails-of-contacts, paid-invoices, missing-quotes');
    expect(stderr).toContain('rules list --shipped');
    expect(shipped.records).toEqual(DEFAULT_RULES);
  });
});

describe('rules set', () => {
  const set = (rules: readonly object[], portal = stage.member) =>
    stage.text(['rules', 'set', 'r', '--portal', portal], { files: { r: JSON.stringify(rules) } });

  it('says what applies the rules from now on, if one is enabled', async () => {
    const on = await set([LOST_DEALS, { ...CONTACTS, enabled: true }]);
    const off = await set([CONTACTS]);

    expect(on.stdout).toContain('stored 2 rules');
    expect(on.stderr).toContain('From now on they are applied on events and by the schedule.');
    expect(off.stdout).toContain('stored 1 rule for');
    expect(off.stderr).toBe('');
  });

  it('does not promise events that cannot arrive', async () => {
    const { stores } = stage.stack;
    const grant = {
      kind: 'webhook',
      memberId: 'hook',
      url: 'https://acme.example/rest/1/x/',
      applicationToken: null,
    } as const;
    await stores.portals.add('hook', 0);
    await stores.grants.write(grant, null);

    const { stderr } = await set([LOST_DEALS], 'hook');

    expect(stderr).toContain('From now on the schedule applies it; events cannot arrive.');
    expect(stderr).toContain('portal add --webhook URL --application-token TOKEN --member-id hook');
  });
});

describe('rules try', () => {
  it('shows for each rule and binding whether it would be unbound, and why', async () => {
    const removed = await stage.json(['rules', 'try', '--activity', '200']);
    const open = await stage.text(['rules', 'try', '--activity', '315']);

    expect(removed.code).toBe(0);
    expect(removed.records).toMatchObject([
      { rule: 'lost-deals', element: { entityTypeId: 2, entityId: 1 }, matches: true, kept: null },
      { rule: 'contacts', enabled: false, matches: true, kept: 'disabled' },
    ]);
    expect(open.stdout).toContain('when.stage: process, expected failed');
    expect(open.stderr).toContain('Activity 315 ');
    expect(open.stderr).toContain('is bound to deal:16, contact:16');
    expect(stage.calls('crm.activity.binding.delete')).toBe(0);
  });

  it.each([120, 80, 60, 40])('shows its reasons in full in lines of %i characters', async (width) => {
    const { stdout } = await stage.text(['rules', 'try', '--activity', '200'], { width });

    expect(widest(stdout)).toBeLessThanOrEqual(width);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'element: deal:1; when.stage: failed; activities.completed: completed; bindings: company:1, contact:1',
    );
  });

  it('tries rules of a file that are not set yet', async () => {
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

  it('reports a portal that does not work', async () => {
    stage.portal.script({ method: 'batch', kind: { error: { code: 'OVERLOAD_LIMIT', status: 503 } } });

    const { code, stderr } = await stage.json(['rules', 'try', '--activity', '100']);

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('OVERLOAD_LIMIT') });
  });
});

describe('rules enable and disable', () => {
  it('change one rule and keep everything else as it was written', async () => {
    const on = await stage.json(['rules', 'enable', 'contacts']);
    const off = await stage.json(['rules', 'disable', 'lost-deals']);

    expect([on.code, off.code]).toEqual([0, 0]);
    expect(await stored()).toEqual([
      { ...LOST_DEALS, enabled: false },
      { ...CONTACTS, enabled: true },
    ]);
  });

  it('copy the built-in rules to the portal', async () => {
    const { portals } = stage.stack.stores;
    await portals.add('fresh', 0);

    const ran = await stage.json(['rules', 'enable', 'lost-deals', 'paid-invoices', '--portal', 'fresh']);

    const own = JSON.parse((await portals.readRules('fresh')) ?? '[]') as { name: string; enabled: boolean }[];
    expect(ran.code).toBe(0);
    expect(own).toHaveLength(5);
    expect(own.filter(({ enabled }) => enabled).map(({ name }) => name)).toEqual(['lost-deals', 'paid-invoices']);
  });

  it('add a built-in rule to those that were set', async () => {
    const ran = await stage.json(['rules', 'enable', 'converted-leads']);

    const shipped = DEFAULT_RULES.find(({ name }) => name === 'converted-leads');
    expect(ran).toMatchObject({ code: 0, records: [{ rule: 'converted-leads', enabled: true }] });
    expect(await stored()).toEqual([LOST_DEALS, CONTACTS, { ...shipped, enabled: true }]);
  });

  it('do not add a rule to a portal that has as many as it may have', async () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ ...CONTACTS, name: `r${index}` }));
    await stage.setRules(many);

    const { code, stderr } = await stage.json(['rules', 'enable', 'converted-leads']);

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('at most 100 rules') });
    expect(await stored()).toHaveLength(100);
  });

  it.each([
    ['enable', 'lost-deal', 'There is no rule lost-deal. Did you mean lost-deals?'],
    ['disable', 'converted-leads', 'There is no rule converted-leads. Known rules: lost-deals, contacts'],
  ])('%s reports that there is no rule %s', async (command, name, reason) => {
    expect(await stage.json(['rules', command, name])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(reason),
    });
  });
});
