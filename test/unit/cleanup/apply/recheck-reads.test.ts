import { describe, expect, it, test } from '@jest/globals';
import type { RestCall } from '../../../../lib/bitrix24/rest/rest-call.ts';
import {
  callsOf,
  readBoundElsewhere,
  readsFor,
  takenTypes,
  typesElsewhere,
} from '../../../../lib/cleanup/apply/recheck-reads.ts';
import { contact, deal, lead, of, prepareRules, quote } from '../../../support/cleanup/decide.ts';

const rules = new Map(
  prepareRules(
    { ...of({ stage: 'failed' }), name: 'stage' },
    { ...of({ alsoBoundTo: ['contact', 'lead'] }), name: 'also' },
    { ...of({ missing: true }, {}, 'quote'), name: 'missing' },
    { ...of({ alsoBoundTo: ['quote'] }), name: 'quotes' },
  ).map((rule) => [rule.rule.name, rule]),
);
const item = (activityId: number, rule: string, element = deal(1)) => ({ activityId, element, rule });

test.each([
  ['contacts and companies, as most activities have one', [item(1, 'stage')], [3, 4]],
  ['those that the rule asks for', [item(1, 'also')], [3, 1]],
  ['none that another item unbinds', [item(1, 'also'), item(1, 'stage', contact)], [1]],
  ['none whose bindings survive a deletion', [item(1, 'quotes')], []],
])('the types by which a list shows that enough remains are %s', (_, items, types) => {
  const [first = item(1, 'stage')] = items;

  expect(typesElsewhere(first, takenTypes(items), rules)).toEqual(types);
});

describe('the reads before items are removed', () => {
  const items = [
    item(1, 'stage'),
    item(2, 'stage', deal(2)),
    item(2, 'also', lead),
    item(3, 'missing', quote),
    item(4, 'quotes', deal(4)),
  ];
  const reads = readsFor(items, rules);

  it('are about each activity and element once', () => {
    expect(reads).toEqual({
      activities: [1, 2, 3, 4],
      elements: [deal(1), deal(2), quote],
      doubtful: [quote],
      bindings: [4],
      elsewhere: [
        { types: [3, 4], ids: [1, 2, 3] },
        { types: [3], ids: [2] },
      ],
    });
  });

  it('are counted in calls', () => {
    // One list of activities, two of elements, one element, one activity's bindings, two lists by types.
    expect(callsOf(reads)).toBe(7);
  });
});

test('activities that are bound elsewhere are listed for 20 at a time, page by page', async () => {
  const calls: RestCall[] = [];
  const full = Array.from({ length: 50 }, (_, n) => ({ ID: `${Math.floor(n / 3) + 1}` }));

  const found = await readBoundElsewhere(
    [{ types: [3, 4], ids: Array.from({ length: 30 }, (_, n) => n + 1) }],
    async (call) => {
      calls.push(call);
      const { '@ID': ids, '>ID': above } = Object(call.params.filter);
      if (ids.includes(30)) return { ok: false, code: 'ACCESS_DENIED' };
      return { ok: true, result: above === 0 ? full : [{ ID: '20' }] };
    },
  );

  expect(calls.map(({ params }) => Object(params.filter)['@ID'].length)).toEqual([20, 10, 20]);
  expect([...found.keys()]).toEqual(['3 4']);
  expect(found.get('3 4')).toEqual(new Set([...Array.from({ length: 17 }, (_, n) => n + 1), 20]));
});
