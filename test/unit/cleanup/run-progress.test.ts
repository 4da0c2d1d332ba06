import { expect, test } from '@jest/globals';
import { runProgress } from '../../../lib/cleanup/run-progress.ts';
import type { Plan } from '../../../lib/cleanup/runs/plan-store.ts';
import { encodeCheckpoint } from '../../../lib/cleanup/sweep/sweep-checkpoint.ts';
import { initialState } from '../../../lib/cleanup/sweep/sweep-state.ts';
import type { Job } from '../../../lib/jobs/job.ts';

const checkpointAt = (share: number | null) => {
  const state = initialState(1, 'r');
  return encodeCheckpoint({
    state: { ...state, volume: { ...state.volume, progress: share } },
    rules: '[]',
    byRule: {},
    heldBack: null,
    refusal: null,
  });
};

const PLAN: Plan = {
  id: 'p',
  run: 'plan:p',
  state: 'planning',
  ended: null,
  code: null,
  createdAt: 0,
  rules: '[]',
  share: 0.5,
  weighed: 70,
  items: 40,
  spared: 0,
  byRule: {},
  applied: [],
  done: 10,
  next: 10,
};

const JOB: Job = {
  portal: 'acme',
  id: 'run',
  lane: 'sweep',
  trigger: 'cleanup',
  cause: 'run',
  task: { kind: 'sweep' },
  phase: 'waiting',
  events: 0,
  builtAt: [],
  createdAt: 0,
  dueAt: 0,
  slice: 0,
  cursor: null,
  counts: {},
  code: null,
  failures: 0,
  begun: 0,
  eventToken: null,
  answerBy: null,
};

const read = (job: Partial<Job>, plan: Partial<Plan> | null = null) =>
  runProgress('acme', 'run', {
    jobs: { read: async () => ({ ...JOB, ...job }) },
    plans: { read: async () => (plan === null ? null : { ...PLAN, ...plan }) },
    runs: { current: async () => ({ id: 'run', since: 0, rules: '[]' }), isAskedToStop: async () => false },
  });

const plan = { kind: 'plan', plan: 'p' } as const;
const finished = { phase: 'finished' } as const;

test.each<[string, Partial<Job>, Partial<Plan> | null, number | null]>([
  ['of a plan is unknown before it begins', { task: plan }, null, null],
  ['of a plan is unknown before the first answer', { task: plan, cursor: checkpointAt(null) }, { share: null }, null],
  [
    'of a plan is that of the stored checkpoint, as a crash may take back what the plan says',
    { task: plan, cursor: checkpointAt(0.4) },
    {},
    0.4,
  ],
  ['of a plan that is ready is 1', { task: plan, ...finished }, { state: 'ready', share: 1 }, 1],
  ['of a plan that was stopped stays', { task: plan, ...finished }, { state: 'stopped' }, 0.5],
  ['of a sweep is that of the stored checkpoint', { cursor: checkpointAt(0.25) }, null, 0.25],
  ['of a completed sweep is 1', finished, null, 1],
  ['of a sweep that may have ended early is unknown', { ...finished, code: 'TIME_IS_UP' }, null, null],
  ['of a sweep that was given up stays', { phase: 'failed', cursor: checkpointAt(0.25) }, null, 0.25],
  ['of an applied plan is that of its items', { task: { kind: 'apply', plan: 'p' } }, {}, 0.25],
  ['of an applied plan without items is 1', { task: { kind: 'apply', plan: 'p' } }, { items: 0, done: 0 }, 1],
  ['of an applied plan that no longer exists is unknown', { task: { kind: 'apply', plan: 'p' } }, null, null],
  [
    'of an undo is that of its outcomes',
    { task: { kind: 'undo', outcomes: ['a', 'b'] }, counts: { bound: 1 } },
    null,
    0.5,
  ],
  ['of more than there is to do is 1', { task: { kind: 'undo', outcomes: ['a'] }, counts: { bound: 2 } }, null, 1],
])('the share %s', async (_, job, stored, share) => {
  expect((await read(job, stored))?.share).toBe(share);
});

test('a plan that is being made counts what it has evaluated, and has no total', async () => {
  expect(await read({ task: plan, cursor: checkpointAt(0.4) }, {})).toMatchObject({ done: 70, total: null });
});
