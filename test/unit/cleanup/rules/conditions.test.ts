import { describe, expect, it, test } from '@jest/globals';
import type { Condition } from '../../../../lib/cleanup/rules/conditions.ts';
import { unseen } from '../../../../lib/cleanup/rules/element-facts.ts';
import { call, contact, deal, lost, NOW, of, prepareRules, quote } from '../../../support/cleanup/decide.ts';

/** What the condition on a field says about a subject. */
function check<Subject>(conditions: readonly Condition<Subject>[] | undefined, field: string, subject: Subject) {
  const condition = conditions?.find((one) => one.field === field);
  if (condition === undefined) throw new Error(`there is no condition on ${field}`);
  return { wanted: condition.wanted, found: condition.found(subject), holds: condition.holds(subject) };
}

test.each<[string, object, object, object]>([
  ['completed', { completed: true }, {}, { wanted: 'completed', found: 'completed', holds: true }],
  ['completed', { completed: false }, {}, { wanted: 'open', found: 'completed', holds: false }],
  [
    'types',
    { types: ['email', 'VoxImplant_Call'] },
    {},
    { wanted: 'email or VoxImplant_Call', found: 'call (VOXIMPLANT_CALL)', holds: true },
  ],
  [
    'types',
    { types: ['todo'] },
    { type: 'CRM_X', providerId: 'CRM_X' },
    { wanted: 'todo', found: 'CRM_X', holds: false },
  ],
  ['olderThanDays', { olderThanDays: 40 }, {}, { found: '40 days ago', holds: true }],
  ['olderThanDays', { olderThanDays: 41 }, {}, { found: '40 days ago', holds: false }],
  ['olderThanDays', { olderThanDays: 0 }, { createdAt: null }, { found: 'unknown', holds: false }],
  ['responsible', { responsible: { include: [1, 2] } }, {}, { wanted: '1 or 2', found: '1', holds: true }],
  ['responsible', { responsible: { exclude: [1] } }, {}, { wanted: 'not 1', found: '1', holds: false }],
  [
    'responsible',
    { responsible: { exclude: [1] } },
    { responsibleId: null },
    { wanted: 'not 1', found: 'unknown', holds: false },
  ],
])('on an activity, %s %j with %j', (field, activities, over, expected) => {
  const [rule] = prepareRules(of({}, activities));

  expect(check(rule?.onActivity, `activities.${field}`, { ...call, ...over })).toMatchObject(expected);
});

describe('on the other bindings', () => {
  const about = (others: (typeof contact)[]) => ({ element: deal(1), facts: null, others, now: NOW });

  it.each([
    [[contact], 'contact:5', true],
    [[], 'it is the last one', false],
  ])('every rule requires one that remains: %j', (others, found, holds) => {
    const [rule] = prepareRules(of({}));

    expect(check(rule?.onBinding, '', about(others))).toEqual({ wanted: 'another binding remains', found, holds });
  });

  it.each([
    [[deal(2), contact], 'deal:2, contact:5', true],
    [[deal(2)], 'deal:2', false],
    [[], 'nothing else', false],
  ])('a rule may require one of some types: %j', (others, found, holds) => {
    const [rule] = prepareRules(of({ alsoBoundTo: ['contact', 'lead'] }));

    expect(check(rule?.onBinding, 'when.alsoBoundTo', about(others))).toEqual({
      wanted: 'contact or lead',
      found,
      holds,
    });
  });
});

const facts = { ...lost, element: deal(1) };

test.each<[string, object, object | null, object]>([
  ['stage', { stage: 'failed' }, facts, { wanted: 'failed', found: 'failed', holds: true }],
  ['stage', { stage: ['process', 'success'] }, facts, { wanted: 'process or success', found: 'failed', holds: false }],
  ['stage', { stage: 'failed' }, { ...facts, stage: null }, { found: 'unknown', holds: false }],
  ['stage', { stage: 'failed' }, null, { found: 'not read', holds: null }],
  ['stage', { stage: 'failed' }, unseen(deal(1), 'unreadable'), { found: 'the element is unreadable', holds: false }],
  ['pipelines', { pipelines: { include: [0] } }, facts, { wanted: '0', found: '0', holds: true }],
  ['closedForDays', { stage: 'failed', closedForDays: 10 }, facts, { found: '10 days ago', holds: true }],
  ['closedForDays', { stage: 'failed', closedForDays: 11 }, facts, { found: '10 days ago', holds: false }],
  [
    'closedForDays',
    { stage: 'failed', closedForDays: 0 },
    { ...facts, movedAt: null },
    { found: 'unknown', holds: false },
  ],
  ['responsible', { responsible: { exclude: [2] } }, facts, { wanted: 'not 2', found: '1', holds: true }],
])('on an element, %s %j with %j', (field, when, known, expected) => {
  const [rule] = prepareRules(of(when));
  const subject = { element: deal(1), facts: known as typeof facts | null, now: NOW };

  expect(check(rule?.onElement, `when.${field}`, subject)).toMatchObject(expected);
});

test.each([
  ['missing', true],
  ['absent', null],
  ['unreadable', false],
] as const)('an element that is %s is missing: %s', (state, holds) => {
  const [rule] = prepareRules(of({ missing: true }, {}, 'quote'));

  expect(check(rule?.onElement, 'when.missing', { element: quote, facts: unseen(quote, state), now: NOW })).toEqual({
    wanted: 'the element does not exist',
    found: state,
    holds,
  });
});
