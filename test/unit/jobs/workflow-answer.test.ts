import { describe, expect, it } from '@jest/globals';
import { answerCall, pendingAnswerCall, workflowAnswerOf } from '../../../lib/jobs/workflow-answer.ts';
import { jobOf } from '../../support/worker/samples.ts';

describe('the answer to a workflow', () => {
  it.each([
    ['the status of all commands', { unbound: 2 }, null, 'unbound', 'unbound: 2'],
    ['partial when they differ', { unbound: 1, already_unbound: 2 }, null, 'partial', 'unbound: 1, already unbound: 2'],
    ['nothing_to_do without commands', {}, null, 'nothing_to_do', 'no activity to unbind'],
    ['refused when the job as a whole met a code', {}, 'ACCESS_DENIED', 'refused', 'no activity to unbind'],
    ['not of what never happened', { unbound: 1, refused: 0 }, null, 'unbound', 'unbound: 1'],
  ])('says %s', (_case, counts, code, status, details) => {
    expect(workflowAnswerOf(jobOf({ counts, code }))).toMatchObject({ status, details, error_code: code ?? '' });
  });

  it('has numbers as text', () => {
    expect(workflowAnswerOf(jobOf({ counts: { unbound: 3, refused: 1 } }))).toMatchObject({
      unbound: '3',
      refused: '1',
    });
    expect(workflowAnswerOf(jobOf())).toMatchObject({ unbound: '0', refused: '0' });
  });

  it('explains what could not be understood', () => {
    const task = { kind: 'explain', code: 'NOT_UNDERSTOOD', details: 'no such element' } as const;

    expect(workflowAnswerOf(jobOf({ task }))).toEqual({
      status: 'refused',
      unbound: '0',
      refused: '0',
      error_code: 'NOT_UNDERSTOOD',
      details: 'no such element',
    });
  });

  it('is sent with the token of the workflow', () => {
    expect(answerCall(jobOf({ counts: { unbound: 1 } }), 'token')).toMatchObject({
      method: 'bizproc.event.send',
      params: { EVENT_TOKEN: 'token', RETURN_VALUES: { status: 'unbound' }, LOG_MESSAGE: 'unbound: 1' },
    });
  });

  it('before the work has ended is pending, with what was done so far', () => {
    expect(pendingAnswerCall(jobOf({ counts: { unbound: 1 } }), 'token')).toMatchObject({
      method: 'bizproc.event.send',
      params: { RETURN_VALUES: { status: 'pending', unbound: '1', details: expect.stringContaining('unbound: 1') } },
    });
  });
});
