import { describe, expect, it } from '@jest/globals';
import { refreshStaleState } from '../../../../lib/cleanup/sweep/refresh-stale-state.ts';
import { initialState, type SweepState } from '../../../../lib/cleanup/sweep/sweep-state.ts';
import type { Ask } from '../../../../lib/jobs/planner.ts';
import { contact, deal, NOW, of, prepareRules } from '../../../support/cleanup/decide.ts';

const rules = prepareRules(of({}, { completed: true }));
const candidate = (id: number) => ({ id, updatedAt: 0, rules: [0] });
const state: SweepState = {
  ...initialState(1, 'r'),
  candidates: [candidate(1)],
  listed: [{ ...candidate(2), bindings: [deal(1), contact] }],
  decided: [
    { activityId: 3, element: deal(1), rule: 0 },
    { activityId: 4, element: deal(1), rule: 0 },
  ],
  evaluatedCount: 10,
};

/** A portal whose activity 4 is no longer completed; notes how often it was asked. */
function portal() {
  let asked = 0;
  const ask: Ask = async () => {
    asked += 1;
    return { ok: true, result: [1, 2, 3, 4].map((id) => ({ ID: `${id}`, COMPLETED: id === 4 ? 'N' : 'Y' })) };
  };
  return { ask, asked: () => asked };
}

describe('the state of a sweep', () => {
  it.each([
    ['that is fresh', { ...state, resumedAt: NOW - 59_999 }],
    ['in which nothing waits', { ...initialState(1, 'r'), resumedAt: null }],
  ])('%s stays as it is', async (_, before) => {
    const { ask, asked } = portal();

    expect(await refreshStaleState(before, { rules, ask, now: NOW })).toEqual({ state: before, refusal: null });
    expect(asked()).toBe(0);
  });

  it.each([NOW - 60_000, null])('that is stale (%j) is read again, from the activities on', async (resumedAt) => {
    const { ask, asked } = portal();

    const { state: after } = await refreshStaleState({ ...state, resumedAt }, { rules, ask, now: NOW });

    expect(asked()).toBe(1);
    expect(after.candidates.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(after).toMatchObject({ listed: [], decided: [], evaluatedCount: 9 });
  });

  it('tells what could not be read again', async () => {
    const refused: Ask = async () => ({ ok: false, code: 'ACCESS_DENIED' });

    const { state: after, refusal } = await refreshStaleState(state, { rules, ask: refused, now: NOW });

    expect(refusal).toBe('ACCESS_DENIED');
    expect(after).toMatchObject({ candidates: [], listed: [], decided: [] });
  });
});
