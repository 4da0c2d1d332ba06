import type { RestCall } from '../bitrix24/rest/rest-call.ts';
import type { Counts, Job } from './job.ts';
import type { Status } from './outcome.ts';

/** What a robot's workflow gets back (D§7). Names match RETURN_PROPERTIES; values are strings, as on the wire. */
export type WorkflowAnswer = {
  /**
   * The status of all commands, `partial` when they differ, `nothing_to_do` when there were none, `pending` when the rule's
   * time-out is near and the work is not finished.
   */
  readonly status: string;
  readonly unbound: string;
  readonly refused: string;
  readonly error_code: string;
  readonly details: string;
};

export function workflowAnswerOf({ counts, code, task }: Pick<Job, 'counts' | 'code' | 'task'>): WorkflowAnswer {
  const explained = task.kind === 'explain';
  return {
    status: explained ? 'refused' : statusOf(counts, code),
    unbound: String(counts.unbound ?? 0),
    refused: String(counts.refused ?? 0),
    error_code: explained ? task.code : (code ?? ''),
    details: explained ? task.details : detailsOf(counts),
  };
}

export const ANSWER_METHOD = 'bizproc.event.send';

/** `bizproc.event.send` (B§6.3): `true` means accepted; a token that was used before is accepted as well. */
export function answerCall(job: Job, eventToken: string): RestCall {
  const answer = workflowAnswerOf(job);
  return {
    method: ANSWER_METHOD,
    params: { EVENT_TOKEN: eventToken, RETURN_VALUES: answer, LOG_MESSAGE: answer.details },
  };
}

/** The answer before the work has ended, because the workflow's own time-out is near (B§6.3). */
export function pendingAnswerCall(job: Job, eventToken: string): RestCall {
  const soFar = detailsOf(job.counts);
  const details = `Not finished before the time-out of the rule; the work goes on. So far: ${soFar}`;
  const answer: WorkflowAnswer = { ...workflowAnswerOf(job), status: 'pending', details };
  return {
    method: ANSWER_METHOD,
    params: { EVENT_TOKEN: eventToken, RETURN_VALUES: answer, LOG_MESSAGE: details },
  };
}

function statusOf(counts: Counts, code: string | null): Status | 'partial' | 'nothing_to_do' {
  const [first, ...others] = entriesOf(counts);
  if (first === undefined) return code === null ? 'nothing_to_do' : 'refused';
  return others.length > 0 ? 'partial' : first[0];
}

function detailsOf(counts: Counts): string {
  const parts = entriesOf(counts).map(([status, count]) => `${status.replace('_', ' ')}: ${count}`);
  return parts.length > 0 ? parts.join(', ') : 'no activity to unbind';
}

const entriesOf = (counts: Counts): [Status, number][] =>
  (Object.entries(counts) as [Status, number][]).filter(([, count]) => count > 0);
