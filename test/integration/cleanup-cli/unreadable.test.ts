import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';
import { type CleanupCliStage, openCleanupCli } from '../../support/stage/cleanup-cli-stage.ts';
import { withoutEvents } from '../../support/stage/cleanup-stage.ts';

/** Half of the bindings of ten lost deals are on the second page. */
const DEALS = {
  deals: [{ id: 1, count: 10, stageId: 'LOSE' }],
  activities: [{ id: 100, count: 100, completed: true, bindings: ['deal:1..10', 'contact:5'] }],
};
let stage: CleanupCliStage;
beforeAll(async () => {
  stage = await openCleanupCli();
});
afterAll(() => stage.close());
beforeEach(() => stage.setRules([LOST_DEALS]));
afterEach(() => stage.portal.clearFaults());

function scene(crm: object): void {
  stage.scene(crm);
  withoutEvents(stage);
}

/** Refuses commands of batches, and requests of their own if `alone`. */
function refuse(method: string, { code = 'ACCESS_DENIED', status = 400, times = 1, nth = 1, alone = false } = {}) {
  const kind = { error: { code, status } };
  stage.portal.script({ method, inBatch: true, times, nth, kind });
  if (alone) stage.portal.script({ method, times, kind });
}

describe('a plan for which something could not be read', () => {
  it.each(['crm.item.list', 'crm.activity.list', 'crm.activity.binding.list'])(
    'is not complete, and says so: %s',
    async (method) => {
      scene(DEALS);
      refuse(method, { alone: true });

      const { code, records, stderr } = await stage.json(['cleanup', 'plan']);

      expect(code).toBe(1);
      expect(records[0]).toMatchObject({ state: 'stopped', ended: 'unreadable', code: 'ACCESS_DENIED' });
      expect(stderr).toContain('could not be read');
      expect(stderr).toContain('the user of the grant may not read it');
    },
  );

  it('says so wherever it is shown, and is applied on request', async () => {
    scene(DEALS);
    refuse('crm.activity.binding.list');
    const plan = String((await stage.json(['cleanup', 'plan'])).records[0]?.plan);

    const plans = await stage.text(['cleanup', 'plans']);
    const status = await stage.json(['cleanup', 'status', '--run', `plan:${plan}`]);
    const apply = await stage.text(['cleanup', 'apply', '--plan', plan]);
    const insisting = await stage.json(['cleanup', 'apply', '--plan', plan, '--incomplete', '--yes']);

    expect(plans.stdout).toMatch(new RegExp(`${plan}.*incomplete`));
    expect(plans.stderr).toContain('ACCESS_DENIED');
    expect(status.records[0]).toMatchObject({ ended: 'unreadable', code: 'ACCESS_DENIED', share: 1 });
    expect(apply).toMatchObject({ code: 1, stderr: expect.stringContaining('not complete') });
    expect(insisting).toMatchObject({ code: 0, records: [{ ended: 'completed', counts: { unbound: 99 } }] });
  });

  it('is about a type that the portal does not have', async () => {
    await stage.setRules([{ name: 'typo', element: 'dynamic_1032', when: { stage: 'failed' } }]);
    scene(DEALS);

    const { code, stderr, stdout } = await stage.text(['cleanup', 'plan']);

    expect(code).toBe(1);
    expect(stdout).toContain('incomplete');
    expect(stderr).toContain('a type of element that the portal does not have');
  });
});

it('a sweep removes what it can read, and says that there may be more', async () => {
  scene(DEALS);
  refuse('crm.activity.binding.list', { times: 3 });

  const { code, records, stderr } = await stage.json(['cleanup', 'sweep', '--yes']);

  expect(code).toBe(1);
  expect(records[0]).toMatchObject({ status: 'finished', ended: 'unreadable', code: 'ACCESS_DENIED' });
  expect(stage.changes('binding_removed')).toHaveLength(97);
  expect(stderr).toContain('To do the rest after that: ');
});

describe('a refusal that may be the echo of another command', () => {
  it.each(['', '0', 'ERROR_CORE', 'SOMETHING_NEW'])(
    'is asked once more on its own before it counts: %p',
    async (code) => {
      scene(DEALS);
      refuse('crm.activity.binding.list', { code, times: 6 });

      const { records } = await stage.json(['cleanup', 'plan']);

      expect(records[0]).toMatchObject({ state: 'ready', items: 100 });
      const requests = stage.portal.ledger.requests.filter(({ host }) => host === 'portal');
      const lists = requests.filter(({ commands }) =>
        commands.every(({ method }) => method === 'crm.activity.binding.list'),
      );
      expect(lists.filter(({ commands }) => commands.length === 1)).toHaveLength(3);
    },
  );

  it('counts when Bitrix24 says it again', async () => {
    scene(DEALS);
    refuse('crm.activity.binding.list', { code: '0', alone: true });

    const { code, records } = await stage.json(['cleanup', 'plan']);

    expect(code).toBe(1);
    expect(records[0]).toMatchObject({ ended: 'unreadable', code: '0', items: 99 });
  });
});

describe('a plan that is applied while something cannot be read', () => {
  it.each(['crm.item.list', 'crm.activity.list'])(
    'keeps those items to be applied again, and says so: %s',
    async (method) => {
      scene(DEALS);
      const plan = await stage.plan();
      refuse(method, { times: 2, alone: true });

      const refused = await stage.json(['cleanup', 'apply', '--plan', plan, '--yes']);
      stage.portal.clearFaults();
      const again = await stage.json(['cleanup', 'apply', '--plan', plan, '--yes']);

      const { counts = {}, done } = (refused.records[0] ?? {}) as { counts?: Record<string, number>; done?: number };
      expect(refused.code).toBe(1);
      expect(refused.records[0]).toMatchObject({ ended: 'unreadable', code: 'ACCESS_DENIED' });
      expect(counts.skipped).toBeGreaterThan(0);
      expect(done).toBe(100 - (counts.skipped ?? 0));
      expect(refused.records.slice(1)).toMatchObject([{ status: 'skipped', code: 'UNREADABLE' }]);
      expect(again).toMatchObject({
        code: 0,
        records: [{ ended: 'completed', counts: { unbound: counts.skipped }, done: 100 }],
      });
      expect(stage.changes('binding_removed')).toHaveLength(100);
    },
  );

  it('resumes with what was left out, and does nothing twice', async () => {
    await stage.setRules([{ ...LOST_DEALS, when: { stage: 'failed', alsoBoundTo: ['lead'] } }]);
    scene({
      ...DEALS,
      leads: [{ id: 1 }],
      activities: [{ id: 100, count: 60, completed: true, bindings: ['deal:1..10', 'lead:1'] }],
    });
    const plan = await stage.plan();
    // Neither the list nor the bindings of the activities that it is about: of the first twenty, and those after the fortieth.
    refuse('crm.activity.list', { nth: 3, alone: true });
    refuse('crm.activity.binding.list', { times: 2, nth: 3, alone: true });

    const first = await stage.json(['cleanup', 'apply', '--plan', plan, '--yes']);
    stage.portal.clearFaults();
    const second = await stage.json(['cleanup', 'apply', '--plan', plan, '--yes']);

    expect(first.records[0]).toMatchObject({ ended: 'unreadable', counts: { unbound: 58, skipped: 2 }, done: 58 });
    expect(second.records[0]).toMatchObject({ ended: 'completed', counts: { unbound: 2 }, done: 60, total: 60 });
    expect(second.code).toBe(0);
  });
});

it('the last binding of an activity is left alone without asking Bitrix24', async () => {
  scene({ ...DEALS, activities: [{ id: 100, count: 2, completed: true, bindings: ['deal:1', 'contact:5'] }] });
  const plan = await stage.plan();
  await stage.portal.act({ do: 'unbind', activityId: 100, element: 'contact:5' });

  const { code, records } = await stage.json(['cleanup', 'apply', '--plan', plan, '--yes']);

  expect(code).toBe(0);
  expect(records[0]).toMatchObject({ counts: { unbound: 1, skipped: 1 } });
  expect(records[1]).toMatchObject({ status: 'skipped', code: 'LAST_BINDING' });
});
