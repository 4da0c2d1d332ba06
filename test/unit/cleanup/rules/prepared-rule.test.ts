import { describe, expect, it } from '@jest/globals';
import { unseen } from '../../../../lib/cleanup/rules/element-facts.ts';
import { concernsActivity, concernsElement, matchesBinding } from '../../../../lib/cleanup/rules/prepared-rule.ts';
import { call, contact, deal, lost, NOW, of, prepareRules } from '../../../support/cleanup/decide.ts';

const [rule] = prepareRules(of({ stage: 'failed', alsoBoundTo: ['contact'] }, { completed: true }));
if (rule === undefined) throw new Error('there is no rule');
const facts = { ...lost, element: deal(1) };

describe('a rule', () => {
  it.each([
    [{}, true],
    [{ completed: false }, false],
  ])('concerns an activity with %j: %s', (over, expected) => {
    expect(concernsActivity(rule, { ...call, ...over })).toBe(expected);
  });

  it.each([
    ['that meets it', facts, 'yes'],
    ['in another stage', { ...facts, stage: 'success' as const }, 'no'],
    ['that was not read', null, 'unknown'],
    ['that cannot be read', unseen(deal(1), 'unreadable'), 'no'],
  ] as const)('concerns an element %s', (_, known, expected) => {
    expect(concernsElement(rule, { element: deal(1), facts: known, now: NOW })).toBe(expected);
  });

  it('does not concern an element of another type, even if that was not read', () => {
    expect(concernsElement(rule, { element: contact, facts: null, now: NOW })).toBe('no');
  });

  it.each([
    ['with everything it requires', [contact], facts, 'yes'],
    ['without the other binding', [deal(2)], facts, 'no'],
    ['without the other binding, whatever its element is like', [deal(2)], null, 'no'],
    ['to an element that was not read', [contact], null, 'unknown'],
  ] as const)('removes a binding %s', (_, others, known, expected) => {
    expect(matchesBinding(rule, { element: deal(1), facts: known, others, now: NOW })).toBe(expected);
  });
});
