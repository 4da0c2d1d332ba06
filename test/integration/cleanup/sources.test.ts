import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CleanupStage, cleanupStage } from './cleanup-stage.ts';

const LOST_DEALS = { name: 'lost-deals', element: 'deal', when: { stage: 'failed' }, activities: { completed: true } };
const MISSING_QUOTES = { name: 'missing-quotes', element: 'quote', when: { missing: true } };
const FAILED_PROCESSES = { name: 'processes', element: 'dynamic_147', when: { stage: 'failed' } };
const PAID_INVOICES = { name: 'paid', element: 'smart_invoice', when: { stage: 'success', alsoBoundTo: ['company'] } };
const DECLINED_QUOTES = { name: 'declined', element: 'quote', when: { stage: 'failed' } };
const COMPANIES = {
  name: 'companies',
  element: 'company',
  when: { alsoBoundTo: ['contact'] },
  activities: { types: ['call'] },
};

let stage: CleanupStage;
beforeAll(async () => {
  stage = await cleanupStage();
});
afterAll(() => stage.close());

let lastId = 1000;
const newIds = (count: number): number => {
  lastId += count;
  return lastId - count + 1;
};

let lastSweep = 0;
const sweep = (): Promise<void> => stage.sweep(`2026-11-${10 + ++lastSweep}T03:00:00Z`);

const completed = (id: number) => stage.portal.act({ do: 'completeActivity', id });

describe('ten changes at once', () => {
  it('of activities are weighed in two requests', async () => {
    const first = newIds(10);
    await stage.setRules([{ ...LOST_DEALS, when: { stage: 'success' } }]);
    stage.scene({
      deals: [{ id: 1, count: 10, stageId: 'LOSE' }],
      activities: [{ id: first, count: 10, bindings: ['deal:1..10', 'contact:5'] }],
    });

    await together(Array.from({ length: 10 }, (_, index) => () => completed(first + index)));

    expect(stage.calls('crm.activity.binding.list')).toBe(10);
    expect(stage.requests()).toBe(2);
    expect(stage.calls('crm.activity.binding.delete')).toBe(0);
  });

  it('of elements are weighed in two requests', async () => {
    const first = newIds(10);
    await stage.setRules([{ ...LOST_DEALS, when: { stage: 'failed', alsoBoundTo: ['lead'] } }]);
    stage.scene({
      deals: [{ id: 1, count: 10, stageId: 'NEW' }],
      activities: [{ id: first, count: 10, completed: true, bindings: ['deal:1..10', 'contact:5'] }],
    });

    await together(
      Array.from(
        { length: 10 },
        (_, index) => () => stage.portal.act({ do: 'moveDeal', id: index + 1, stageId: 'LOSE' }),
      ),
    );

    expect(stage.calls('crm.activity.binding.list')).toBe(10);
    expect(stage.requests()).toBe(2);
    expect(stage.calls('crm.activity.binding.delete')).toBe(0);
  });

  it('of both, with echoes among them, are weighed in two requests', async () => {
    const first = newIds(10);
    await stage.setRules([{ ...LOST_DEALS, when: { stage: 'success', alsoBoundTo: ['contact'] } }]);
    stage.scene({
      deals: [{ id: 1, count: 10, stageId: 'NEW' }],
      activities: [{ id: first, count: 10, completed: true, bindings: ['deal:1..10', 'contact:5'] }],
    });
    await stage.means.echoes.expect(stage.member, [first, first + 1], { from: Date.now(), to: Date.now() + 1_000 });

    await together(
      Array.from({ length: 10 }, (_, index) =>
        index % 2 === 0
          ? () => completed(first + index / 2)
          : () => stage.portal.act({ do: 'moveDeal', id: index + 1, stageId: 'LOSE' }),
      ),
    );

    expect(stage.requests()).toBe(2);
    expect(stage.calls('crm.activity.binding.delete')).toBe(0);
  });

  it('do not take both of the bindings that an activity has', async () => {
    const first = newIds(30);
    await stage.setRules([LOST_DEALS]);
    stage.scene({
      deals: [1, 2].map((id) => ({ id, stageId: 'NEW' })),
      activities: [{ id: first, count: 30, completed: true, bindings: ['deal:1', 'deal:2'] }],
    });

    await together([1, 2].map((id) => () => stage.portal.act({ do: 'moveDeal', id, stageId: 'LOSE' })));

    // More than one request can hold: what has no room is not done on what was true before.
    expect(stage.changes('binding_removed')).toHaveLength(30);
    expect(stage.calls('crm.activity.binding.delete')).toBe(30);
  });

  it('that delete quotes are weighed in two requests as well, and others cost nothing', async () => {
    const first = newIds(11);
    await stage.setRules([MISSING_QUOTES, LOST_DEALS]);
    stage.scene({
      deals: [{ id: 1, stageId: 'LOSE' }],
      quotes: [{ id: 1, count: 10 }],
      activities: [
        { id: first, count: 10, bindings: ['quote:1..10', 'contact:5'] },
        { id: first + 10, completed: true, bindings: ['deal:1', 'contact:5'] },
      ],
    });

    await together([
      ...Array.from(
        { length: 10 },
        (_, index) => () => stage.portal.act({ do: 'deleteElement', element: `quote:${index + 1}` }),
      ),
      () => stage.portal.act({ do: 'deleteElement', element: 'deal:1' }),
    ]);

    expect(stage.bindings(first)).toEqual(['3:5']);
    expect(stage.calls('crm.activity.binding.delete')).toBe(10);
    const requests = stage.portal.ledger.requests.filter(({ host }) => host === 'portal');
    const deletes = ({ commands }: (typeof requests)[number]) =>
      commands.some(({ method }) => method === 'crm.activity.binding.delete');
    expect(requests.findIndex(deletes)).toBe(2);
  });

  it('cost nothing when no rule is about their type', async () => {
    const first = newIds(10);
    await stage.setRules([MISSING_QUOTES]);
    stage.scene({ deals: [{ id: 1, stageId: 'NEW' }], activities: [{ id: first, bindings: ['deal:1', 'contact:5'] }] });

    await stage.portal.act({ do: 'moveDeal', id: 1, stageId: 'LOSE' });
    await stage.settled();

    expect(stage.requests()).toBe(0);
  });
});

describe('the echo of our own unbinding', () => {
  it('costs no read and no write', async () => {
    const activity = newIds(1);
    await stage.setRules([LOST_DEALS]);
    stage.scene({
      deals: [
        { id: 1, stageId: 'LOSE' },
        { id: 2, stageId: 'NEW' },
      ],
      activities: [{ id: activity, completed: false, bindings: ['deal:1', 'deal:2', 'contact:5'] }],
    });

    await completed(activity);
    await stage.settled();

    expect(stage.bindings(activity)).toEqual(['2:2', '3:5']);
    expect(stage.calls('crm.activity.binding.delete')).toBe(1);
    expect(stage.calls('crm.activity.binding.list')).toBe(1);
    expect(stage.calls('crm.item.list')).toBe(1);
    expect(stage.calls('crm.activity.list')).toBe(1);
    expect(stage.requests()).toBe(3);
  });

  it('of what a robot asked for costs none either, whatever a rule could still take', async () => {
    const first = newIds(10);
    await stage.setRules([LOST_DEALS]);
    stage.scene({
      deals: [
        { id: 1, stageId: 'NEW' },
        { id: 2, stageId: 'NEW' },
      ],
      activities: [{ id: first, count: 10, completed: true, bindings: ['deal:1', 'deal:2', 'contact:5'] }],
    });

    const ids = Array.from({ length: 10 }, (_, index) => first + index);
    await stage.portal.act({ do: 'callRobot', element: 'deal:1', properties: { activity_id: ids } });
    await stage.settled();

    expect(stage.changes('binding_removed')).toHaveLength(10);
    expect(stage.calls('crm.activity.list')).toBe(0);
    expect(stage.calls('crm.activity.binding.list')).toBe(0);
    expect(stage.calls('crm.item.list')).toBe(0);
  });

  it('does not hide what a person changes at the same time', async () => {
    const activity = newIds(1);
    await stage.setRules([LOST_DEALS]);
    stage.scene({
      deals: [1, 2].map((id) => ({ id, stageId: 'LOSE' })),
      activities: [{ id: activity, completed: false, bindings: ['deal:1', 'deal:2', 'contact:5'] }],
    });

    await stage.portal.act({ do: 'callRobot', element: 'deal:1', properties: { activity_id: [activity] } });
    await completed(activity);
    await stage.settled();

    expect(stage.bindings(activity)).toEqual(['3:5']);
  });

  it('does not hide what a person changes later, also when the event of ours got lost', async () => {
    const activity = newIds(1);
    await stage.setRules([LOST_DEALS]);
    stage.scene({
      deals: [1, 2].map((id) => ({ id, stageId: 'LOSE' })),
      activities: [{ id: activity, completed: false, bindings: ['deal:1', 'deal:2', 'contact:5'] }],
    });
    const { echoes } = stage.means;
    await echoes.expect(stage.member, [activity], { from: Date.now() - 60_000, to: Date.now() - 60_000 });

    await completed(activity);
    await stage.settled();

    expect(stage.bindings(activity)).toEqual(['3:5']);
  });

  it('costs nothing without rules', async () => {
    const activity = newIds(1);
    await stage.setRules([]);
    stage.scene({ activities: [{ id: activity, bindings: ['deal:1', 'contact:5'] }] });

    await stage.portal.act({ do: 'callRobot', element: 'deal:1', properties: { activity_id: [activity] } });
    await stage.settled();

    expect(stage.calls('crm.activity.binding.delete')).toBe(1);
    expect(stage.calls('crm.activity.binding.list')).toBe(0);
  });
});

describe('a sweep', () => {
  it('knows the stages of every type of element', async () => {
    const first = newIds(10);
    await stage.setRules([LOST_DEALS, FAILED_PROCESSES, PAID_INVOICES, DECLINED_QUOTES]);
    stage.scene({
      smartProcesses: [{ entityTypeId: 147 }],
      deals: [{ id: 1, categoryId: 5, stageId: 'LOSE' }],
      smartItems: [
        { entityTypeId: 147, id: 1, stageId: 'FAIL' },
        { entityTypeId: 147, id: 2, stageId: 'NEW' },
      ],
      smartInvoices: [{ id: 1, stageId: 'P' }],
      quotes: [{ id: 1, stageId: 'DECLAINED' }],
      activities: [
        { id: first, completed: true, bindings: ['deal:1', 'contact:5'] },
        { id: first + 1, bindings: ['147:1', 'contact:5'] },
        { id: first + 2, bindings: ['147:2', 'contact:5'] },
        { id: first + 3, bindings: ['smart_invoice:1', 'company:5'] },
        { id: first + 4, bindings: ['smart_invoice:1', 'contact:5'] },
        { id: first + 5, bindings: ['quote:1', 'contact:5'] },
      ],
    });

    await sweep();

    const left = [0, 1, 2, 3, 4, 5].map((n) => stage.bindings(first + n).length);
    expect(left).toEqual([1, 1, 2, 1, 2, 1]);
  });

  it('removes bindings to what no longer exists, and to nothing else', async () => {
    const first = newIds(3);
    await stage.setRules([MISSING_QUOTES]);
    stage.scene({
      quotes: [{ id: 2 }],
      gone: ['quote:1'],
      activities: [
        { id: first, bindings: ['quote:1', 'contact:5'] },
        { id: first + 1, bindings: ['quote:2', 'contact:5'] },
        { id: first + 2, bindings: ['quote:1'] },
      ],
    });

    await sweep();

    expect([0, 1, 2].map((n) => stage.bindings(first + n))).toEqual([['3:5'], ['3:5', '7:2'], ['7:1']]);
    expect(stage.calls('crm.activity.binding.delete')).toBe(1);
  });

  it('leaves an activity at least one binding, whatever several rules want', async () => {
    const first = newIds(2);
    await stage.setRules([
      LOST_DEALS,
      COMPANIES,
      { name: 'contacts', element: 'contact', when: { alsoBoundTo: ['company'] } },
    ]);
    stage.scene({
      deals: [1, 2].map((id) => ({ id, stageId: 'LOSE' })),
      activities: [
        { id: first, completed: true, bindings: ['deal:1', 'deal:2'] },
        { id: first + 1, completed: true, typeId: 2, bindings: ['deal:1', 'contact:5', 'company:6'] },
      ],
    });

    await sweep();

    expect([0, 1].map((n) => stage.bindings(first + n))).toEqual([['2:2'], ['3:5']]);
  });

  it('leaves an activity where somebody can see it', async () => {
    const first = newIds(3);
    await stage.setRules([LOST_DEALS, MISSING_QUOTES]);
    stage.scene({
      deals: [{ id: 1, stageId: 'LOSE' }],
      quotes: [{ id: 2 }],
      gone: ['quote:9'],
      activities: [
        { id: first, completed: true, bindings: ['deal:1', 'quote:9'] },
        { id: first + 1, completed: true, bindings: ['deal:1', 'quote:2'] },
        { id: first + 2, completed: true, bindings: ['quote:9', 'deal:1', 'contact:5'] },
      ],
    });

    await sweep();

    expect([0, 1, 2].map((n) => stage.bindings(first + n))).toEqual([['2:1'], ['7:2'], ['3:5']]);
  });

  it('does not try again what was refused, until something changes', async () => {
    const activity = newIds(1);
    await stage.setRules([LOST_DEALS, { name: 'leads', element: 'lead' }]);
    stage.scene({
      users: [{ id: 1, isAdmin: false, editable: ['lead', 'contact'] }],
      deals: [{ id: 1, stageId: 'LOSE' }],
      activities: [{ id: activity, completed: true, bindings: ['deal:1', 'lead:1', 'contact:5'] }],
    });

    await sweep();
    await sweep();
    expect(stage.calls('crm.activity.binding.delete')).toBe(2);
    expect(await outcomesOf(activity)).toEqual(['refused', 'unbound']);

    await stage.portal.act({ do: 'moveDeal', id: 1, stageId: 'APOLOGY' });
    await stage.settled();
    expect(stage.calls('crm.activity.binding.delete')).toBe(3);
  });
});

const outcomesOf = async (activity: number): Promise<string[]> =>
  (await stage.outcomes())
    .filter(({ activityId }) => activityId === activity)
    .map(({ status }) => status)
    .sort();

/** All events have arrived before the worker hears of any. */
async function together(changes: readonly (() => unknown)[]): Promise<void> {
  await stage.stack.stores.portals.setPaused(stage.member, true);
  await Promise.all(changes.map((change) => change()));
  await stage.settledEvents();
  await stage.stack.stores.portals.setPaused(stage.member, false);
  await stage.stack.stores.portals.clearRung(stage.member);
  await stage.stack.fire({ task: 'ring' });
  await stage.settled();
}
