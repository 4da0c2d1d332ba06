import { describe, expect, it } from '@jest/globals';
import { elementKey } from '../../../../lib/bitrix24/crm/element.ts';
import { type ElementFacts, unseen } from '../../../../lib/cleanup/rules/element-facts.ts';
import {
  company,
  contact,
  deal,
  decide,
  lead,
  lost,
  of,
  quote,
  removedElements,
} from '../../../support/cleanup/decide.ts';

describe('several bindings', () => {
  it('leave one, the same one in whatever order Bitrix24 returns them', () => {
    const rule = of({ stage: 'failed' });

    expect(removedElements(decide([rule], { bindings: [deal(1), deal(2), deal(3)] }))).toEqual(['2:1', '2:2']);
    expect(removedElements(decide([rule], { bindings: [deal(3), deal(1), deal(2)] }))).toEqual(['2:1', '2:2']);
  });

  it('are not removed because of each other', () => {
    const rules = [
      { name: 'a', element: 'contact', when: { alsoBoundTo: ['company'] } },
      { name: 'b', element: 'company', when: { alsoBoundTo: ['contact'] } },
    ];

    expect(removedElements(decide(rules, { bindings: [contact, company] }))).toEqual(['3:5']);
    expect(removedElements(decide(rules, { bindings: [contact, company, deal(1)] }))).toEqual(['3:5']);
  });

  it('are removed rule by rule', () => {
    const rules = [of({ stage: 'failed' }), { name: 'leads', element: 'lead', when: { alsoBoundTo: ['deal'] } }];

    expect(removedElements(decide(rules, { bindings: [lead, deal(1)] }))).toEqual(['2:1']);
    expect(removedElements(decide(rules.toReversed(), { bindings: [lead, deal(1)] }))).toEqual(['1:7']);
  });
});

describe('another binding that a rule relies on', () => {
  const redundant = { name: 'redundant', element: 'lead', when: { alsoBoundTo: ['deal'] } };
  const lostDeals = of({ stage: 'failed' });

  it('is not removed by a later rule of the same run', () => {
    const bindings = [lead, deal(1), company];

    expect(removedElements(decide([redundant, lostDeals], { bindings }))).toEqual(['2:1']);
    expect(removedElements(decide([lostDeals, redundant], { bindings }))).toEqual(['2:1']);
    expect(
      removedElements(decide([redundant, lostDeals], { bindings: [...bindings, deal(2)], facts: oneLost() })),
    ).toEqual(['1:7', '2:1']);
  });

  it('is known to stay before what relies on it is decided, whatever the order of the rules', () => {
    const onLead = { name: 'on-lead', element: 'company', when: { alsoBoundTo: ['lead'] } };
    const bindings = [lead, deal(1), contact, company];

    for (const rules of [
      [onLead, redundant, lostDeals],
      [redundant, onLead, lostDeals],
      [lostDeals, redundant, onLead],
    ]) {
      const first = removedElements(decide(rules, { bindings }));
      const left = bindings.filter((element) => !first.includes(elementKey(element)));
      expect([first.sort(), removedElements(decide(rules, { bindings: left }))]).toEqual([['2:1', '4:6'], []]);
    }
  });

  const oneLost = (): ElementFacts[] => [
    { ...lost, element: deal(1) },
    { ...lost, element: deal(2), stage: 'process' },
  ];
});

describe('a deleted quote that still holds the activity', () => {
  const facts = (state: 'missing' | 'absent' | 'unreadable'): ElementFacts[] => [
    { ...lost, element: deal(1) },
    unseen(quote, state),
  ];
  const rules = [of({ stage: 'failed' }), { name: 'missing', element: 'quote', when: { missing: true } }];
  const bindings = [deal(1), quote];

  it('does not count as a binding that remains', () => {
    expect(removedElements(decide(rules, { bindings, facts: facts('missing') }))).toEqual(['7:9']);
    expect(removedElements(decide(rules.slice(0, 1), { bindings, facts: facts('missing') }))).toEqual([]);
    expect(removedElements(decide(rules, { bindings: [...bindings, contact], facts: facts('missing') }))).toEqual([
      '2:1',
      '7:9',
    ]);
  });

  it('is read if it is all that would remain', () => {
    expect(removedElements(decide(rules.slice(0, 1), { bindings, facts: facts('absent') }))).toEqual(['needs']);
    expect(removedElements(decide(rules.slice(0, 1), { bindings, facts: facts('absent').slice(0, 1) }))).toEqual([
      'needs',
    ]);
    expect(removedElements(decide(rules.slice(0, 1), { bindings, facts: facts('unreadable') }))).toEqual([]);
    expect(
      removedElements(decide(rules.slice(0, 1), { bindings: [...bindings, contact], facts: facts('absent') })),
    ).toEqual(['2:1']);
  });
});
