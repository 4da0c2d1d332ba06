import { describe, expect, it } from '@jest/globals';
import {
  heldBackState,
  holdBackPages,
  type SweepCheckpoint,
  unfinishedState,
} from '../../../../lib/cleanup/sweep/sweep-checkpoint.ts';
import { initialState } from '../../../../lib/cleanup/sweep/sweep-state.ts';

const begun: SweepCheckpoint = {
  state: initialState(1, 'run'),
  rules: '[]',
  byRule: {},
  heldBack: null,
  refusal: null,
};
const deal = (entityId: number) => ({ entityTypeId: 2, entityId });

it('what is held back for the next run counts what was done since', () => {
  const counts = { evaluatedCount: 10, plannedCount: 2, exemptCount: 8 };
  const checkpoint = holdBackPages({
    ...begun,
    state: { ...begun.state, evaluatedCount: 5, plannedCount: 1, exemptCount: 3 },
  });

  expect(heldBackState({ ...checkpoint, state: { ...checkpoint.state, ...counts } })).toMatchObject(counts);
});

it('what is held back for the next run does not repeat what is already noted as evaluated', () => {
  const { heldBack: held } = holdBackPages({ ...begun, state: { ...begun.state, evaluated: [1, 2] } });

  expect(held).toMatchObject({ evaluated: [] });
});

describe('what a stopped run has left', () => {
  const decided = [{ activityId: 1, element: deal(1), rule: 0 }];

  it('is what it was about to do, and everything not read yet', () => {
    const state = { ...begun.state, decided };

    expect(unfinishedState({ ...begun, state })).toEqual(state);
  });

  it('is also what it had held back at its time limit', () => {
    const left = unfinishedState({ ...holdBackPages(begun), state: { ...begun.state, decided, sources: [] } });

    expect(left).toMatchObject({ sources: begun.state.sources, decided });
  });

  it('is what it was about to do when everything was read', () => {
    expect(unfinishedState({ ...begun, state: { ...begun.state, decided, sources: [] } })).toMatchObject({ decided });
  });

  it('is nothing when it was completed', () => {
    expect(unfinishedState({ ...begun, state: { ...begun.state, sources: [] } })).toBeNull();
  });
});
