import { describe, expect, it } from '@jest/globals';
import {
  advanceCheckpoint,
  encodeCheckpoint,
  heldBackState,
  holdBackPages,
  progressAt,
  readSweepCheckpoint,
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

it('a checkpoint tells what could not be read, unless it is of a release that did not note that', () => {
  const checkpoint = { state: initialState(1, 'r'), rules: '[]', byRule: {}, heldBack: null, refusal: '' };
  const { refusal: _, ...old } = encodeCheckpoint(checkpoint);

  expect(readSweepCheckpoint(encodeCheckpoint(checkpoint), '[]')).toEqual(checkpoint);
  expect(readSweepCheckpoint(old, '[]')).toEqual({ ...checkpoint, refusal: null });
});

/** 100 of 1,000 ids are read, with 2 pages and 98 candidates. */
const underWay: SweepCheckpoint = {
  state: {
    ...initialState(1, 'r'),
    sources: [{ query: 0, above: 100, below: 1_001, whole: false }],
    evaluatedCount: 98,
    volume: {
      asked: 100,
      progress: null,
      queries: [{ span: 1_000, pages: 2, elements: 0, activityPages: 0, candidates: 98 }],
    },
  },
  rules: '[]',
  byRule: {},
  heldBack: null,
  refusal: null,
};
const start: SweepCheckpoint = { ...underWay, state: initialState(1, 'r') };

it('a checkpoint has its progress, also when it was stored', () => {
  const checkpoint = advanceCheckpoint(start, underWay.state);

  expect(checkpoint.state.volume.progress).toBe(0.1);
  expect(progressAt(encodeCheckpoint(checkpoint))).toBe(0.1);
  expect(progressAt(encodeCheckpoint(start))).toBeNull();
  expect(progressAt(null)).toBeNull();
});

it('what is held back for the next run counts as not read', () => {
  const held = holdBackPages(advanceCheckpoint(start, underWay.state));
  const { state } = held;
  const later = advanceCheckpoint(held, { ...state, volume: { ...state.volume, asked: state.volume.asked + 9 } });

  expect(later.heldBack?.sources).toHaveLength(1);
  expect(later.state.volume.progress).toBeGreaterThan(0.1);
  expect(later.state.volume.progress).toBeLessThan(0.2);
});
