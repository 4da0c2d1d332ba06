import { expect, test } from '@jest/globals';
import {
  type ApplyCheckpoint,
  encodeCheckpoint,
  initialCheckpoint,
  readApplyCheckpoint,
} from '../../../../lib/cleanup/apply/apply-checkpoint.ts';
import type { Plan } from '../../../../lib/cleanup/runs/plan-store.ts';

const checkpoint: ApplyCheckpoint = {
  next: 50,
  checkedTo: 200,
  checkedAt: 1_000,
  callMs: 20,
  skips: { 49: 'EXEMPT', 50: 'RESTING', 120: 'UNREADABLE' },
  done: 48,
  unread: 7,
  refusal: 'ACCESS_DENIED',
  again: true,
};

test('a stored checkpoint keeps everything but the skips of items that are passed', () => {
  expect(readApplyCheckpoint(encodeCheckpoint(checkpoint))).toEqual({
    ...checkpoint,
    skips: { 50: 'RESTING', 120: 'UNREADABLE' },
  });
});

test('a checkpoint of a release that did not note what could not be read has completed what it passed', () => {
  const { done: _done, unread: _unread, refusal: _refusal, again: _again, ...old } = encodeCheckpoint(checkpoint);

  expect(readApplyCheckpoint(old)).toMatchObject({ done: 50, unread: null, refusal: null, again: false });
});

test('a job without a checkpoint has not begun', () => {
  expect(readApplyCheckpoint(null)).toBeNull();
});

test.each([
  [0, 0, false],
  [40, 40, false],
  [7, 40, true],
])('a run of a plan starts at its item %i; %i are completed, some of them later ones: %s', (next, done, again) => {
  const plan: Pick<Plan, 'next' | 'done'> = { next, done };

  expect(initialCheckpoint(plan as Plan)).toMatchObject({ next, checkedTo: next, done, again, skips: {} });
});
