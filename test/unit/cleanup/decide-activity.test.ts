import { describe, expect, it } from '@jest/globals';
import type { Activity } from '../../../lib/bitrix24/activity.ts';
import { type Element, elementKey } from '../../../lib/bitrix24/element.ts';
import { type Decision, decideActivity } from '../../../lib/cleanup/decide-activity.ts';
import { type ElementFacts, unseen } from '../../../lib/cleanup/element-facts.ts';
import { concernsActivity, prepareRule } from '../../../lib/cleanup/matches.ts';
import { type Marks, NO_MARKS } from '../../../lib/cleanup/pair-marks.ts';
import { readRules } from '../../../lib/cleanup/read-rules.ts';

const NOW = Date.parse('2026-11-24T06:00:00Z');
const DAY = 86_400_000;
const daysAgo = (days: number): number => NOW - days * DAY;

const deal = (entityId: number): Element => ({ entityTypeId: 2, entityId });
const lead: Element = { entityTypeId: 1, entityId: 7 };
const contact: Element = { entityTypeId: 3, entityId: 5 };
const company: Element = { entityTypeId: 4, entityId: 6 };
const quote: Element = { entityTypeId: 7, entityId: 9 };

const lost: Omit<ElementFacts, 'element'> = {
  state: 'present',
  stage: 'failed',
  pipeline: 0,
  movedAt: daysAgo(10),
  responsibleId: 1,
  updatedAt: daysAgo(10),
};
const call: Activity = {
  id: 999,
  type: 'call',
  providerId: 'VOXIMPLANT_CALL',
  completed: true,
  responsibleId: 1,
  createdAt: daysAgo(40),
  updatedAt: daysAgo(1),
};

type Case = {
  readonly bindings?: readonly Element[];
  readonly facts?: readonly ElementFacts[];
  readonly activity?: Activity;
  readonly marks?: Marks;
};

function decide(
  rules: readonly object[],
  { bindings = [deal(1), contact], facts, activity = call, marks = NO_MARKS }: Case = {},
) {
  const reading = readRules(JSON.stringify(rules));
  if (reading.kind === 'rejected') throw new Error(reading.problems.join('\n'));
  const known = new Map(
    (facts ?? bindings.map((element) => ({ ...lost, element }))).map((one) => [elementKey(one.element), one]),
  );
  const prepared = reading.rules
    .map((rule) => prepareRule(rule, NOW))
    .filter((rule) => concernsActivity(rule, activity));
  const factsOf = (element: Element) => known.get(elementKey(element)) ?? null;
  return decideActivity({ updatedAt: activity.updatedAt, bindings, rules: prepared, marks, factsOf, now: NOW });
}

const removed = (decision: Decision): string[] =>
  decision.kind === 'needs' ? ['needs'] : decision.removals.map(({ element }) => elementKey(element));

const of = (when: object, activities: object = {}, element = 'deal') => ({ name: 'r', element, when, activities });

describe('one binding', () => {
  it.each([
    ['its stage is the wanted one', of({ stage: 'failed' }), true],
    ['its stage is one of several', of({ stage: ['success', 'failed'] }), true],
    ['its stage is another', of({ stage: 'success' }), false],
    ['its pipeline is included', of({ pipelines: { include: [0, 5] } }), true],
    ['its pipeline is not included', of({ pipelines: { include: [5] } }), false],
    ['its pipeline is excluded', of({ pipelines: { exclude: [0] } }), false],
    ['its pipeline is not excluded', of({ pipelines: { exclude: [5] } }), true],
    ['it was closed long ago', of({ stage: 'failed', closedForDays: 10 }), true],
    ['it was closed lately', of({ stage: 'failed', closedForDays: 11 }), false],
    ['its user is the wanted one', of({ responsible: { include: [1] } }), true],
    ['its user is another', of({ responsible: { exclude: [1] } }), false],
    ['the activity is completed', of({}, { completed: true }), true],
    ['the activity is not open', of({}, { completed: false }), false],
    ['the activity is a call', of({}, { types: ['email', 'call'] }), true],
    ['the activity is of the provider', of({}, { types: ['voximplant_call'] }), true],
    ['the activity is no to-do', of({}, { types: ['todo'] }), false],
    ['the activity is old enough', of({}, { olderThanDays: 40 }), true],
    ['the activity is too young', of({}, { olderThanDays: 41 }), false],
    ['the activity belongs to the wanted user', of({}, { responsible: { include: [1, 2] } }), true],
    ['the activity belongs to another user', of({}, { responsible: { include: [2] } }), false],
    ['the other binding is wanted', of({ alsoBoundTo: ['lead', 'contact'] }), true],
    ['the other binding is not what is wanted', of({ alsoBoundTo: ['company'] }), false],
    ['it is of another type', of({}, {}, 'lead'), false],
    ['it is there, and only missing ones are wanted', of({ missing: true }), false],
  ])('when %s', (_case, rule, goes) => {
    expect(removed(decide([rule]))).toEqual(goes ? ['2:1'] : []);
  });

  it('is never the last one', () => {
    expect(removed(decide([of({})], { bindings: [deal(1)] }))).toEqual([]);
  });

  it('is not judged by an age that is unknown', () => {
    const facts = [{ ...lost, element: deal(1), movedAt: null }];

    expect(removed(decide([of({ stage: 'failed', closedForDays: 0 })], { facts }))).toEqual([]);
    expect(removed(decide([of({}, { olderThanDays: 0 })], { activity: { ...call, createdAt: null } }))).toEqual([]);
  });

  it('has to be read first when its element decides, and not before the rest allows it', () => {
    expect(removed(decide([of({ stage: 'failed' })], { facts: [] }))).toEqual(['needs']);
    expect(removed(decide([of({ stage: 'failed', alsoBoundTo: ['company'] })], { facts: [] }))).toEqual([]);
    expect(removed(decide([of({})], { facts: [] }))).toEqual(['2:1']);
  });

  it.each([
    ['missing', ['7:9']],
    ['absent', ['needs']],
    ['unreadable', []],
  ] as const)('to an element that is %s', (state, expected) => {
    const bindings = [quote, contact];

    expect(removed(decide([of({ missing: true }, {}, 'quote')], { bindings, facts: [unseen(quote, state)] }))).toEqual(
      expected,
    );
    expect(
      removed(decide([of({ stage: 'failed' }, {}, 'quote')], { bindings, facts: [unseen(quote, state)] })),
    ).toEqual([]);
  });
});

describe('several bindings', () => {
  it('leave one behind, the same one in whatever order the database gives them', () => {
    const rule = of({ stage: 'failed' });

    expect(removed(decide([rule], { bindings: [deal(1), deal(2), deal(3)] }))).toEqual(['2:1', '2:2']);
    expect(removed(decide([rule], { bindings: [deal(3), deal(1), deal(2)] }))).toEqual(['2:1', '2:2']);
  });

  it('do not count on each other to remain', () => {
    const rules = [
      { name: 'a', element: 'contact', when: { alsoBoundTo: ['company'] } },
      { name: 'b', element: 'company', when: { alsoBoundTo: ['contact'] } },
    ];

    expect(removed(decide(rules, { bindings: [contact, company] }))).toEqual(['3:5']);
    expect(removed(decide(rules, { bindings: [contact, company, deal(1)] }))).toEqual(['3:5']);
  });

  it('go rule by rule', () => {
    const rules = [of({ stage: 'failed' }), { name: 'leads', element: 'lead', when: { alsoBoundTo: ['deal'] } }];

    expect(removed(decide(rules, { bindings: [lead, deal(1)] }))).toEqual(['2:1']);
    expect(removed(decide(rules.toReversed(), { bindings: [lead, deal(1)] }))).toEqual(['1:7']);
  });
});

describe('what a rule asks to be bound besides', () => {
  const redundant = { name: 'redundant', element: 'lead', when: { alsoBoundTo: ['deal'] } };
  const lostDeals = of({ stage: 'failed' });

  it('is not taken by a later rule of the same run', () => {
    const bindings = [lead, deal(1), company];

    expect(removed(decide([redundant, lostDeals], { bindings }))).toEqual(['2:1']);
    expect(removed(decide([lostDeals, redundant], { bindings }))).toEqual(['2:1']);
    expect(removed(decide([redundant, lostDeals], { bindings: [...bindings, deal(2)], facts: oneLost() }))).toEqual([
      '1:7',
      '2:1',
    ]);
  });

  it('is known to stay when what counts on it is weighed, whatever the order of the rules', () => {
    const onLead = { name: 'on-lead', element: 'company', when: { alsoBoundTo: ['lead'] } };
    const bindings = [lead, deal(1), contact, company];

    for (const rules of [
      [onLead, redundant, lostDeals],
      [redundant, onLead, lostDeals],
      [lostDeals, redundant, onLead],
    ]) {
      const first = removed(decide(rules, { bindings }));
      const left = bindings.filter((element) => !first.includes(elementKey(element)));
      expect([first.sort(), removed(decide(rules, { bindings: left }))]).toEqual([['2:1', '4:6'], []]);
    }
  });

  const oneLost = (): ElementFacts[] => [
    { ...lost, element: deal(1) },
    { ...lost, element: deal(2), stage: 'process' },
  ];
});

describe('a quote that was deleted and still holds the activity', () => {
  const facts = (state: 'missing' | 'absent' | 'unreadable'): ElementFacts[] => [
    { ...lost, element: deal(1) },
    unseen(quote, state),
  ];
  const rules = [of({ stage: 'failed' }), { name: 'gone', element: 'quote', when: { missing: true } }];
  const bindings = [deal(1), quote];

  it('does not count as a binding that remains', () => {
    expect(removed(decide(rules, { bindings, facts: facts('missing') }))).toEqual(['7:9']);
    expect(removed(decide(rules.slice(0, 1), { bindings, facts: facts('missing') }))).toEqual([]);
    expect(removed(decide(rules, { bindings: [...bindings, contact], facts: facts('missing') }))).toEqual([
      '2:1',
      '7:9',
    ]);
  });

  it('is looked for when it is all that would remain', () => {
    expect(removed(decide(rules.slice(0, 1), { bindings, facts: facts('absent') }))).toEqual(['needs']);
    expect(removed(decide(rules.slice(0, 1), { bindings, facts: facts('absent').slice(0, 1) }))).toEqual(['needs']);
    expect(removed(decide(rules.slice(0, 1), { bindings, facts: facts('unreadable') }))).toEqual([]);
    expect(removed(decide(rules.slice(0, 1), { bindings: [...bindings, contact], facts: facts('absent') }))).toEqual([
      '2:1',
    ]);
  });
});

describe('a pair that was refused', () => {
  const refused = (at: number): Marks => ({ ...NO_MARKS, refused: new Map([['2:1', at]]) });
  const rule = of({});

  it.each([
    ['rests', { marks: refused(daysAgo(0.5)) }, []],
    ['rests no longer when the activity has changed', { marks: refused(daysAgo(2)) }, ['2:1']],
    [
      'rests no longer after 30 days',
      { marks: refused(daysAgo(30)), activity: { ...call, updatedAt: daysAgo(40) } },
      ['2:1'],
    ],
    [
      'rests no longer when the element has changed',
      { marks: refused(daysAgo(11)), activity: { ...call, updatedAt: daysAgo(40) } },
      ['2:1'],
    ],
    [
      'rests when nobody but ourselves has changed the activity',
      {
        marks: { ...refused(daysAgo(20)), ownChangeAt: daysAgo(1) },
        facts: [{ ...lost, element: deal(1), updatedAt: null }],
      },
      [],
    ],
    [
      'rests no longer when the element has changed before we have changed the activity',
      { marks: { ...refused(daysAgo(11)), ownChangeAt: daysAgo(1) } },
      ['2:1'],
    ],
    [
      'rests for 30 days, whatever we have changed',
      { marks: { ...refused(daysAgo(30)), ownChangeAt: daysAgo(1) } },
      ['2:1'],
    ],
    ['is looked at before that is said', { marks: refused(daysAgo(0.5)), facts: [] }, ['needs']],
  ])('%s', (_case, given, expected) => {
    expect(removed(decide([rule], given))).toEqual(expected);
  });
});

it('a pair that a person has bound again is exempt, and remains for the others to count on', () => {
  const marks: Marks = { ...NO_MARKS, exempt: new Map([['2:1', NOW]]) };

  expect(removed(decide([of({})], { bindings: [deal(1), deal(2)], marks }))).toEqual(['2:2']);
});
