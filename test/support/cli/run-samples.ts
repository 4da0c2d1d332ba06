import type { RunStatus } from '../../../lib/cli/follow/run-status.ts';
import type { Job } from '../../../lib/jobs/job.ts';
import type { Outcome } from '../../../lib/jobs/outcome.ts';

/** A run that has just started to apply a plan of 1,000 items. */
export const RUN: RunStatus = {
  run: 'apply:p:1',
  kind: 'apply',
  phase: 'running',
  status: 'running',
  ended: null,
  since: null,
  endedAt: null,
  counts: {},
  done: 0,
  total: 1_000,
  share: 0,
  code: null,
};

/** A job that applies a plan and has not started. */
export const JOB: Job = {
  portal: 'acme',
  id: 'apply:p:1',
  lane: 'sweep',
  trigger: 'cleanup',
  cause: 'apply:p:1',
  task: { kind: 'apply', plan: 'p' },
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

export const outcome = (activityId: number, more: Partial<Outcome> = {}): Outcome => ({
  id: `apply:p:1/unbind/${activityId}/2:1`,
  portal: 'acme',
  activityId,
  entityTypeId: 2,
  entityId: 1,
  status: 'unbound',
  code: null,
  trigger: 'cleanup',
  cause: 'apply:p:1',
  attempts: 1,
  durationMs: 10,
  at: '2026-11-24T03:00:00.000Z',
  ...more,
});
