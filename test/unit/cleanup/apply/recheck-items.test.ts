import { describe, expect, it } from '@jest/globals';
import { type Element, elementKey } from '../../../../lib/bitrix24/crm/element.ts';
import { recheckItems } from '../../../../lib/cleanup/apply/recheck-items.ts';
import {
  type ActivityExemptions,
  type ExemptionStore,
  NO_EXEMPTIONS,
} from '../../../../lib/cleanup/rules/exemption-store.ts';
import { KnownFacts } from '../../../../lib/cleanup/rules/known-facts.ts';
import { NO_STAGES } from '../../../../lib/cleanup/rules/stage-directory.ts';
import type { PlanItem } from '../../../../lib/cleanup/runs/plan-store.ts';
import type { Ask, Read } from '../../../../lib/jobs/planner.ts';
import { contact, daysAgo, deal, lead, NOW, of, prepareRules, quote } from '../../../support/cleanup/decide.ts';

const rules = new Map(
  prepareRules(
    { ...of({ stage: 'failed' }, { completed: true }), name: 'lost' },
    { ...of({ alsoBoundTo: ['deal'] }, {}, 'lead'), name: 'leads' },
  ).map((rule) => [rule.rule.name, rule]),
);
const lostDeal = (activityId = 7, entityId = 1): PlanItem => ({ activityId, element: deal(entityId), rule: 'lost' });

type Portal = {
  /** The bindings of activity 7. */
  readonly bound?: readonly Element[];
  readonly completed?: boolean;
  /** Whether the activity exists. */
  readonly exists?: boolean;
  readonly stage?: string;
  /** Calls of this method are refused. */
  readonly refused?: string;
};

/** Answers about activity 7 and any deal. */
const portal =
  ({ bound = [deal(1), contact], completed = true, exists = true, stage = 'F', refused }: Portal): Ask =>
  async ({ method, params }): Promise<Read> => {
    if (method === refused) return { ok: false, code: 'ACCESS_DENIED' };
    const { BINDINGS: types, '@id': ids } = Object(params.filter);
    if (method === 'crm.activity.binding.list') return { ok: true, result: bound };
    if (method === 'crm.item.list') {
      const items = Number(params.entityTypeId) === 7 ? [] : ids.map((id: number) => ({ id, stageSemanticId: stage }));
      return { ok: true, result: { items } };
    }
    if (method === 'crm.item.get') return { ok: false, code: 'NOT_FOUND' };
    const isBound = (types ?? []).some(({ OWNER_TYPE_ID }: { OWNER_TYPE_ID: number }) =>
      bound.some(({ entityTypeId }) => entityTypeId === OWNER_TYPE_ID),
    );
    const row = {
      ID: '7',
      TYPE_ID: '2',
      COMPLETED: completed ? 'Y' : 'N',
      LAST_UPDATED: new Date(daysAgo(40)).toISOString(),
    };
    return { ok: true, result: exists && (types === undefined || isBound) ? [row] : [] };
  };

async function recheck(items: readonly PlanItem[], state: Portal, exemptions: ActivityExemptions = NO_EXEMPTIONS) {
  const store: Pick<ExemptionStore, 'of'> = { of: async () => new Map([[7, exemptions]]) };
  return await recheckItems(items, {
    portal: 'acme',
    ask: portal(state),
    rules,
    facts: new KnownFacts(NO_STAGES),
    directory: NO_STAGES,
    exemptions: store as ExemptionStore,
    now: NOW,
  });
}

const at = (element: Element, time: number) => new Map([[elementKey(element), time]]);

describe('an item of a plan', () => {
  it.each<[string, Portal, ActivityExemptions, string | null]>([
    ['that still matches', {}, NO_EXEMPTIONS, null],
    ['whose activity no longer exists', { exists: false }, NO_EXEMPTIONS, 'ACTIVITY_GONE'],
    ['whose activity no longer matches', { completed: false }, NO_EXEMPTIONS, 'ACTIVITY_CHANGED'],
    ['whose element no longer matches', { stage: 'S' }, NO_EXEMPTIONS, 'ELEMENT_CHANGED'],
    ['whose binding was removed', { bound: [lead] }, NO_EXEMPTIONS, 'NOT_BOUND'],
    ['whose binding is the last one', { bound: [deal(1)] }, NO_EXEMPTIONS, 'LAST_BINDING'],
    ['that leaves only a deleted quote', { bound: [deal(1), quote] }, NO_EXEMPTIONS, 'LAST_BINDING'],
    ['that is exempt', {}, { ...NO_EXEMPTIONS, exempt: at(deal(1), NOW) }, 'EXEMPT'],
    ['that was refused', {}, { ...NO_EXEMPTIONS, refused: at(deal(1), daysAgo(1)) }, 'RESTING'],
  ])('%s', async (_, state, exemptions, skip) => {
    const [reason] = await recheck([lostDeal()], state, exemptions);

    expect(reason).toEqual(skip === null ? null : { skip, refusal: null });
  });

  it.each(['crm.activity.list', 'crm.item.list'])('is left alone if %s is refused', async (refused) => {
    expect(await recheck([lostDeal()], { refused })).toEqual([{ skip: 'UNREADABLE', refusal: 'ACCESS_DENIED' }]);
  });

  it('of a rule that the plan does not have is left alone', async () => {
    expect(await recheck([{ ...lostDeal(), rule: 'other' }], {})).toEqual([{ skip: 'ACTIVITY_GONE', refusal: null }]);
  });
});

describe('several items of one activity', () => {
  const leadItem: PlanItem = { activityId: 7, element: lead, rule: 'leads' };

  it('do not remove its last binding together', async () => {
    expect(await recheck([lostDeal(7, 1), lostDeal(7, 2)], { bound: [deal(1), deal(2)] })).toEqual([
      null,
      { skip: 'LAST_BINDING', refusal: null },
    ]);
  });

  it('do not rely on a binding that a later one removes', async () => {
    expect(await recheck([leadItem, lostDeal()], { bound: [lead, deal(1), contact] })).toEqual([
      { skip: 'NOT_BOUND_ELSEWHERE', refusal: null },
      null,
    ]);
  });

  it('may both be removed if another binding remains to rely on', async () => {
    expect(await recheck([leadItem, lostDeal()], { bound: [lead, deal(1), deal(2), contact] })).toEqual([null, null]);
  });
});
