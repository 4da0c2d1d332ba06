import { describe, expect, it } from '@jest/globals';
import { type Marks, NO_MARKS } from '../../../../lib/cleanup/rules/exemptions.ts';
import { call, daysAgo, deal, decide, lost, NOW, of, removed } from '../../../support/cleanup/deciding.ts';

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
