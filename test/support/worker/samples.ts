import type { Element } from '../../../lib/bitrix24/crm/element.ts';
import type { CommandAnswer, RequestFailure } from '../../../lib/bitrix24/rest/rest-call.ts';
import { type Attempt, newAttempt } from '../../../lib/jobs/attempt.ts';
import { type Action, commandOf } from '../../../lib/jobs/command.ts';
import type { Intent } from '../../../lib/jobs/intent.ts';
import type { Job, Task } from '../../../lib/jobs/job.ts';
import type { Outcome } from '../../../lib/jobs/outcome.ts';
import type { Planned, Step } from '../../../lib/jobs/planner.ts';
import { jumpingClock } from '../jumping-clock.ts';

/** When the clock of the worker's unit tests starts. */
export const NOW = jumpingClock().now();
export const PORTAL = 'portal-1';
export const DEAL: Element = { entityTypeId: 2, entityId: 1 };
export const CONTACT: Element = { entityTypeId: 3, entityId: 5 };

/** A job of a robot that unbinds activity 999 from deal 1 and that nobody waits for. */
export const jobOf = (changes: Partial<Job> = {}): Job => ({
  portal: PORTAL,
  id: 'job',
  lane: 'robot',
  trigger: 'robot',
  cause: 'workflow',
  task: unbindTaskOf(999),
  phase: 'waiting',
  events: 0,
  builtAt: [],
  createdAt: NOW,
  dueAt: NOW,
  slice: 0,
  cursor: null,
  counts: {},
  code: null,
  failures: 0,
  begun: 0,
  eventToken: null,
  answerBy: null,
  ...changes,
});

type UnbindTask = Extract<Task, { kind: 'unbind' }>;

/** What a robot asks for: these activities are unbound from deal 1. */
export const unbindTaskOf = (...activities: readonly number[]): UnbindTask => ({
  kind: 'unbind',
  element: DEAL,
  activities,
  filter: null,
});

export const stepOf = (activityId: number, changes: Partial<Step> = {}): Step => ({
  action: 'unbind',
  activityId,
  element: DEAL,
  skip: null,
  checkpointAfter: () => ({ after: activityId }),
  ...changes,
});

export const plannedOf = (steps: readonly Step[], changes: Partial<Planned> = {}): Planned => ({
  steps,
  checkpoint: null,
  code: null,
  ...changes,
});

export const attemptOf = (changes: Partial<Attempt> = {}, activityId = 999, action: Action = 'unbind'): Attempt => ({
  ...newAttempt(commandOf('job', action, activityId, DEAL), { trigger: 'robot', cause: 'workflow' }),
  ...changes,
});

/** An intent of one job, with these attempts. */
export const intentOf = (trials: readonly Attempt[], job: Job = jobOf()): Intent => ({
  portal: PORTAL,
  id: 'intent',
  shares: [
    {
      job: { ...job, eventToken: null },
      owesAnswer: job.eventToken !== null,
      counts: {},
      code: null,
      cursorAfter: null,
    },
  ],
  trials,
});

export const outcomeOf = (changes: Partial<Outcome> = {}): Outcome => ({
  id: commandOf('job', 'unbind', 999, DEAL).id,
  portal: PORTAL,
  activityId: 999,
  ...DEAL,
  status: 'unbound',
  code: null,
  trigger: 'robot',
  cause: 'workflow',
  attempts: 1,
  durationMs: 0,
  at: new Date(NOW).toISOString(),
  ...changes,
});

export const resultOf = (result: unknown): Exclude<CommandAnswer, RequestFailure> => ({
  kind: 'result',
  result,
  next: null,
  total: null,
  time: { operating: null, operatingResetAt: null },
});

export const errorOf = (code: string, status: number | null = 400): CommandAnswer & RequestFailure => ({
  kind: 'error',
  code,
  description: '',
  status,
});

/** The connection broke 10 ms after the request was sent. */
export const LOST: RequestFailure = { kind: 'unanswered', reason: 'timeout', status: null, begunBy: NOW - 10 };
export const UNSENT: CommandAnswer & RequestFailure = { kind: 'unsent', reason: 'refused' };
