import { describe, expect, it } from '@jest/globals';
import { drained, leftOf, leftUndone, type SweepPlace } from '../../../lib/cleanup/sweep-place.ts';
import { initialState } from '../../../lib/cleanup/sweep-state.ts';

const begun: SweepPlace = { state: initialState(1, 'run'), rules: '[]', byRule: {}, held: null, refusal: null };
const deal = (entityId: number) => ({ entityTypeId: 2, entityId });

it('what is held back for the next run counts what was done since', () => {
  const counts = { weighedCount: 10, plannedCount: 2, sparedCount: 8 };
  const place = drained({ ...begun, state: { ...begun.state, weighedCount: 5, plannedCount: 1, sparedCount: 3 } });

  expect(leftOf({ ...place, state: { ...place.state, ...counts } })).toMatchObject(counts);
});

describe('what a run has left that was stopped', () => {
  const waiting = {
    ...begun.state,
    candidates: [{ id: 3, updatedAt: 5, rules: [0] }],
    listed: [{ id: 2, updatedAt: 4, rules: [1], bindings: [deal(1)] }],
    decided: [
      { activityId: 1, element: deal(1), rule: 0 },
      { activityId: 1, element: deal(2), rule: 1 },
      { activityId: 1, element: deal(3), rule: 1 },
    ],
  };
  const lookedAtAgain = [
    { id: 1, updatedAt: null, rules: [0, 1] },
    { id: 2, updatedAt: 4, rules: [1] },
    { id: 3, updatedAt: 5, rules: [0] },
  ];

  it('is looked at again, and the rest of the way lies ahead', () => {
    const left = leftUndone({ ...begun, state: waiting });

    expect(left).toEqual({ ...waiting, candidates: lookedAtAgain, listed: [], decided: [] });
  });

  it('is also what it had held back, when its time was up before', () => {
    const left = leftUndone({ ...drained(begun), state: { ...waiting, sources: [] } });

    expect(left).toMatchObject({ sources: begun.state.sources, candidates: lookedAtAgain });
  });

  it('is nothing when it was through', () => {
    expect(leftUndone({ ...begun, state: { ...begun.state, sources: [] } })).toBeNull();
  });
});
