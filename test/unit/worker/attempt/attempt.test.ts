import { describe, expect, it } from '@jest/globals';
import type { RestAnswer } from '../../../../lib/bitrix24/rest/rest-call.ts';
import { commandOf } from '../../../../lib/jobs/command.ts';
import type { Trial } from '../../../../lib/jobs/intent.ts';
import { freshTrial, launched, requestOf } from '../../../../lib/worker/attempt/attempt.ts';
import { judge } from '../../../../lib/worker/attempt/decide-attempt.ts';

const NOW = 1_000_000;
const deal = { entityTypeId: 2, entityId: 1 };
const contact = { entityTypeId: 3, entityId: 5 };
const moment = { askedAt: NOW, now: NOW, random: 0.5, restingUntil: 0 };

const fresh = freshTrial(commandOf('job', 'unbind', 999, deal), { trigger: 'robot', cause: 'workflow' });
const unanswered: Trial = { ...fresh, state: 'unanswered', tried: true, attempts: 1, certainAt: NOW + 65_000 };
const confirm: Trial = { ...fresh, state: 'confirm', attempts: 1, certainAt: NOW + 2_000 };

const result = (value: unknown): RestAnswer => ({
  kind: 'result',
  result: value,
  next: null,
  total: null,
  time: { operating: null, operatingResetAt: null },
});
const error = (code: string, status: number | null = 400): RestAnswer => ({
  kind: 'error',
  code,
  description: '',
  status,
});
const lost: RestAnswer = { kind: 'unanswered', reason: 'timeout', status: null, sentAt: NOW - 10 };
const bound = result([deal, contact]);
const gone = result([contact]);
const empty = result([]);
const later = { ...moment, askedAt: NOW + 70_000, now: NOW + 70_000 };

describe('a change', () => {
  it('asks for the deletion with the three ids of the method', () => {
    expect(requestOf(fresh)).toEqual({
      method: 'crm.activity.binding.delete',
      params: { activityId: 999, entityTypeId: 2, entityId: 1 },
    });
  });

  it('has removed the binding when the portal says true', () => {
    expect(judge(fresh, result(true), moment)).toMatchObject({
      kind: 'ended',
      status: 'unbound',
      trial: { attempts: 1 },
    });
  });

  it('is not a success when the portal says false: the bindings decide at once', () => {
    const judged = judge(fresh, result(false), moment);

    expect(judged).toMatchObject({ kind: 'going_on', trial: { state: 'unanswered', notBefore: NOW, certainAt: NOW } });
  });

  it.each([
    'LAST_BINDING_CANNOT_BE_DELETED',
    'ACCESS_DENIED',
    'NOT_FOUND',
    'OWNER_NOT_FOUND',
    '100',
    '0',
    'SOMETHING_NEW',
  ])('is refused for good by %s', (code) => {
    expect(judge(fresh, error(code), moment)).toMatchObject({ kind: 'ended', status: 'refused', code });
  });

  it('asks once more alone when a batch answers "0"', () => {
    const judged = judge(fresh, error('0', null), moment);

    expect(judged).toMatchObject({ kind: 'going_on', trial: { state: 'fresh', alone: true } });
    expect(judge({ ...fresh, alone: true }, error('0', 400), moment)).toMatchObject({
      kind: 'ended',
      status: 'refused',
    });
  });

  it('confirms a first BINDING_NOT_FOUND by the list', () => {
    expect(judge(fresh, error('BINDING_NOT_FOUND'), moment)).toMatchObject({
      kind: 'going_on',
      trial: { state: 'confirm' },
    });
  });

  it('rests the activity after a lost answer until the portal cannot be at work on it any more', () => {
    const judged = judge(fresh, lost, moment);

    expect(judged).toMatchObject({
      kind: 'going_on',
      trial: { state: 'unanswered', tried: true, certainAt: NOW - 10 + 65_000, notBefore: NOW + 2_000 },
    });
  });

  it('is as it was when it was certainly not sent', () => {
    const judged = judge(fresh, { kind: 'unsent', reason: 'refused' }, moment);

    expect(judged).toMatchObject({ kind: 'going_on', trial: { state: 'fresh', tried: false } });
  });

  it('may have removed the binding before the server broke down', () => {
    const judged = judge(fresh, error('INTERNAL_SERVER_ERROR', 500), moment);

    expect(judged).toMatchObject({ kind: 'going_on', trial: { state: 'fresh', tried: true } });
  });

  it.each(['QUERY_LIMIT_EXCEEDED', 'CONNECTION_ERROR'])('is repeated later after %s', (code) => {
    const judged = judge(fresh, error(code, 503), moment);

    expect(judged).toMatchObject({ kind: 'going_on', trial: { state: 'fresh', tried: false } });
  });

  it('waits for the method after OPERATION_TIME_LIMIT', () => {
    const judged = judge(fresh, error('OPERATION_TIME_LIMIT', null), { ...moment, restingUntil: NOW + 90_000 });

    expect(judged).toMatchObject({ kind: 'going_on', trial: { state: 'fresh', notBefore: NOW + 90_000 } });
  });

  it('stops the portal on a manual block, although its status is 503', () => {
    expect(judge(fresh, error('OVERLOAD_LIMIT', 503), moment)).toMatchObject({
      kind: 'stopped',
      code: 'OVERLOAD_LIMIT',
    });
  });

  it('has failed when the transient trouble outlives twelve attempts', () => {
    const tired = { ...fresh, attempts: 11 };

    expect(judge(tired, error('QUERY_LIMIT_EXCEEDED', 503), moment)).toMatchObject({
      kind: 'ended',
      status: 'failed',
      code: 'QUERY_LIMIT_EXCEEDED',
    });
  });
});

describe('an attempt without an answer', () => {
  it('removed the binding when it is gone and others are there', () => {
    expect(judge(unanswered, gone, moment)).toMatchObject({ kind: 'ended', status: 'unbound' });
  });

  it('is not settled by an empty list, which may be a writer between its DELETE and its INSERT', () => {
    expect(judge(unanswered, empty, moment)).toMatchObject({ kind: 'going_on', trial: { state: 'unanswered' } });
    expect(judge(unanswered, empty, later)).toMatchObject({ kind: 'ended', status: 'unbound' });
  });

  it('is looked at again when it is certain, if the binding is still there', () => {
    expect(judge(unanswered, bound, moment)).toMatchObject({ kind: 'going_on', trial: { notBefore: NOW + 65_000 } });
  });

  it('did not happen when the binding is still there then, and the change is asked again', () => {
    expect(judge(unanswered, bound, later)).toMatchObject({
      kind: 'going_on',
      trial: { state: 'fresh', tried: false },
    });
  });

  it('is refused when there is no such activity', () => {
    expect(judge(unanswered, error('NOT_FOUND'), moment)).toMatchObject({ kind: 'ended', status: 'refused' });
  });
});

describe('a BINDING_NOT_FOUND that is confirmed', () => {
  it('was unbound before we asked', () => {
    expect(judge(confirm, gone, moment)).toMatchObject({
      kind: 'ended',
      status: 'already_unbound',
      trial: { attempts: 2 },
    });
  });

  it('was ours after an attempt that got no answer', () => {
    expect(judge({ ...confirm, tried: true }, gone, moment)).toMatchObject({ kind: 'ended', status: 'unbound' });
  });

  it('was spurious when the list shows the binding', () => {
    expect(judge(confirm, bound, moment)).toMatchObject({ kind: 'going_on', trial: { state: 'fresh' } });
  });
});

describe('binding again', () => {
  const bind = freshTrial(commandOf('undo', 'bind', 999, deal), { trigger: 'cli', cause: 'undo' });

  it.each([
    [result(true), 'bound'],
    [error('ACTIVITY_IS_ALREADY_BOUND'), 'already_bound'],
    [error('ACCESS_DENIED'), 'refused'],
  ] as const)('ends by the answer', (answer, status) => {
    expect(judge(bind, answer, moment)).toMatchObject({ kind: 'ended', status });
  });
});

it('an intent is an attempt whose answer is not known yet', () => {
  const trial = launched(fresh, NOW, NOW + 5_000);

  expect(trial).toMatchObject({
    state: 'unanswered',
    tried: true,
    attempts: 1,
    certainAt: NOW + 70_000,
    firstSentAt: NOW,
  });
});
