import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';
import { type CleanupStage, cleanupStage, newIds } from '../../support/stage/cleanup-stage.ts';

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

let lastSweep = 0;
const sweep = (): Promise<void> => stage.sweep(`2026-11-${10 + ++lastSweep}T03:00:00Z`);

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

  it('removes bindings to elements that no longer exist, and no others', async () => {
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

  it('leaves an activity at least one binding, however many rules match', async () => {
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

  it('leaves an activity where it can be seen', async () => {
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
