import { describe, expect, it } from '@jest/globals';
import { type ActivityExemptions, NO_EXEMPTIONS } from '../../../../lib/cleanup/rules/exemption-store.ts';
import { call, daysAgo, deal, decide, lost, NOW, of, removedElements } from '../../../support/cleanup/decide.ts';

describe('a pair that was refused', () => {
  const refused = (at: number): ActivityExemptions => ({ ...NO_EXEMPTIONS, refused: new Map([['2:1', at]]) });
  const rule = of({});

  it.each([
    ['rests', { exemptions: refused(daysAgo(0.5)) }, []],
    ['rests no longer when the activity has changed', { exemptions: refused(daysAgo(2)) }, ['2:1']],
    [
      'rests no longer after 30 days',
      { exemptions: refused(daysAgo(30)), activity: { ...call, updatedAt: daysAgo(40) } },
      ['2:1'],
    ],
    [
      'rests no longer when the element has changed',
      { exemptions: refused(daysAgo(11)), activity: { ...call, updatedAt: daysAgo(40) } },
      ['2:1'],
    ],
    [
      'rests if only we ourselves have changed the activity',
      {
        exemptions: { ...refused(daysAgo(20)), ownChangeAt: daysAgo(1) },
        facts: [{ ...lost, element: deal(1), updatedAt: null }],
      },
      [],
    ],
    [
      'rests no longer when the element changed before we changed the activity',
      { exemptions: { ...refused(daysAgo(11)), ownChangeAt: daysAgo(1) } },
      ['2:1'],
    ],
    [
      'rests for 30 days only, whatever we have changed',
      { exemptions: { ...refused(daysAgo(30)), ownChangeAt: daysAgo(1) } },
      ['2:1'],
    ],
    ['needs its element read first', { exemptions: refused(daysAgo(0.5)), facts: [] }, ['needs']],
  ])('%s', (_case, given, expected) => {
    expect(removedElements(decide([rule], given))).toEqual(expected);
  });
});

it('a pair that an undo has bound again is exempt, and other bindings may rely on it', () => {
  const exemptions: ActivityExemptions = { ...NO_EXEMPTIONS, exempt: new Map([['2:1', NOW]]) };

  expect(removedElements(decide([of({})], { bindings: [deal(1), deal(2)], exemptions }))).toEqual(['2:2']);
});
