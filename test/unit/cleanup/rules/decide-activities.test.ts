import { describe, expect, it, test } from '@jest/globals';
import { elementKey } from '../../../../lib/bitrix24/crm/element.ts';
import {
  type DecideActivitiesDeps,
  decideActivities,
  firstRefusal,
  readBindingsOf,
} from '../../../../lib/cleanup/rules/decide-activities.ts';
import type { ActivityExemptions, ExemptionStore } from '../../../../lib/cleanup/rules/exemption-store.ts';
import { NO_EXEMPTIONS } from '../../../../lib/cleanup/rules/exemption-store.ts';
import { KnownFacts } from '../../../../lib/cleanup/rules/known-facts.ts';
import { NO_STAGES } from '../../../../lib/cleanup/rules/stage-directory.ts';
import { call, contact, daysAgo, deal, lost, NOW, of, prepareRules } from '../../../support/cleanup/decide.ts';

const bound = new Map([[call.id, [deal(1), deal(2), contact]]]);

/** Decides about one activity of two lost deals and a contact; `asked`: the activities whose exemptions were read. */
async function decideWith(over: Partial<DecideActivitiesDeps>, exemptions: ActivityExemptions | null = null) {
  const facts = new KnownFacts(NO_STAGES);
  for (const element of [deal(1), deal(2)]) facts.learn({ ...lost, element });
  const asked: number[] = [];
  const store: Pick<ExemptionStore, 'of'> = {
    of: async (_, ids) => {
      asked.push(...ids);
      return new Map(exemptions === null ? [] : ids.map((id) => [id, exemptions]));
    },
  };
  const decided = await decideActivities([call], bound, {
    portal: 'acme',
    ask: async () => ({ ok: true, result: { items: [{ id: 1, stageSemanticId: 'F' }] } }),
    rules: prepareRules(of({ stage: 'failed' })),
    facts,
    exemptions: store as ExemptionStore,
    now: NOW,
    ...over,
  });
  return { removed: decided.flatMap(({ removals }) => removals.map(({ element }) => elementKey(element))), asked };
}

describe('the bindings that rules remove', () => {
  it('are decided together, by what was read', async () => {
    expect(await decideWith({})).toEqual({ removed: ['2:1', '2:2'], asked: [call.id] });
  });

  it('need no look at exemptions if there are none', async () => {
    expect(await decideWith({ rules: prepareRules(of({ stage: 'success' })) })).toEqual({ removed: [], asked: [] });
    expect(await decideWith({ rules: prepareRules(of({}, { completed: false })) })).toEqual({ removed: [], asked: [] });
  });

  it('are not those that are exempt', async () => {
    const { removed } = await decideWith({}, { ...NO_EXEMPTIONS, exempt: new Map([['2:1', NOW]]) });

    expect(removed).toEqual(['2:2']);
  });

  it('may be limited to one element', async () => {
    expect((await decideWith({ only: deal(2) })).removed).toEqual(['2:2']);
  });

  it.each([
    ['before its element changed', daysAgo(0.5), daysAgo(0.25), ['2:1', '2:2']],
    ['after its element changed', daysAgo(0.25), daysAgo(0.5), ['2:2']],
  ])('do not include one that was refused, unless that was before: %s', async (_, refusedAt, changedAt, expected) => {
    const refused = { ...NO_EXEMPTIONS, refused: new Map([['2:1', refusedAt]]) };

    expect((await decideWith({ changedAt }, refused)).removed).toEqual(expected);
  });

  it('need facts, which are read first', async () => {
    expect((await decideWith({ facts: new KnownFacts(NO_STAGES) })).removed).toEqual(['2:1']);
  });
});

test('bindings are read of each activity: one may not exist, or be refused', async () => {
  const read = await readBindingsOf([1, 2, 3], async ({ params }) => {
    if (params.activityId === 2) return { ok: false, code: 'NOT_FOUND' };
    if (params.activityId === 3) return { ok: false, code: 'ACCESS_DENIED' };
    return { ok: true, result: [{ entityTypeId: 2, entityId: 1 }] };
  });

  expect(read).toEqual({
    bound: new Map([
      [1, [deal(1)]],
      [2, []],
    ]),
    missing: new Set([2]),
    refused: new Map([[3, 'ACCESS_DENIED']]),
  });
  expect([firstRefusal(read.refused), firstRefusal(new Map())]).toEqual(['ACCESS_DENIED', null]);
});
