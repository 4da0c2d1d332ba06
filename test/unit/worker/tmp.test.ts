import { describe, expect, it } from '@jest/globals';
import type { RestAnswer } from '../../../lib/bitrix24/rest/rest-call.ts';
import { callOf, launched, newAttempt } from '../../../lib/jobs/attempt.ts';
import { commandOf } from '../../../lib/jobs/command.ts';
import type { Attempt } from '../../../lib/jobs/attempt.ts';
import { decideAttempt } from '../../../lib/worker/request/decide-attempt.ts';

const NOW = 1_000_000;
const deal = { entityTypeId: 2, entityId: 1 };
const contact = { entityTypeId: 3, entityId: 5 };
const moment = { askedAt: NOW, now: NOW, random: 0.5, restingUntil: 0 };

const fresh = newAttempt(commandOf('job', 'unbind', 999, deal), { trigger: 'robot', cause: 'workflow' });
const unanswered: Attempt = { ...fresh, state: 'unanswered', tried: true, attempts: 1, certainAt: NOW + 65_000 };
const confirm: Attempt = { ...fresh, state: 'confirm', attempts: 1, certainAt: NOW + 2_000 };

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
    expect(callOf(fresh)).toEqual({
      method: 'crm.activity.binding.delete',
      params: { activityId: 999, entityTypeId: 2, entityId: 1 },
    });
  });

  it('has removed the binding when the portal says true', () => {
    expect(decideAttempt(fresh, result(true), moment)).toMatchObject({
      kind: 'ended',
      status: 'unbound',
      attempt: { attempts: 1 },
    });
  });

  it('is not a success when the portal says false: the bindings decide at once', () => {
    const decided = decideAttempt(fresh, result(false), moment);

    expect(decided).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'unanswered', notBefore: NOW, certainAt: NOW },
    });
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
    expect(decideAttempt(fresh, error(code), moment)).toMatchObject({ kind: 'ended', status: 'refused', code });
  });

  it('asks once more alone when a batch answers "0"', () => {
    const decided = decideAttempt(fresh, error('0', null), moment);

    expect(decided).toMatchObject({ kind: 'going_on', attempt: { state: 'fresh', alone: true } });
    expect(decideAttempt({ ...fresh, alone: true }, error('0', 400), moment)).toMatchObject({
      kind: 'ended',
      status: 'refused',
    });
  });

  it('confirms a first BINDING_NOT_FOUND by the list', () => {
    expect(decideAttempt(fresh, error('BINDING_NOT_FOUND'), moment)).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'confirm' },
    });
  });

  it('rests the activity after a lost answer until the portal cannot be at work on it any more', () => {
    const decided = decideAttempt(fresh, lost, moment);

    expect(decided).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'unanswered', tried: true, certainAt: NOW - 10 + 65_000, notBefore: NOW + 2_000 },
    });
  });

  it('is as it was when it was certainly not sent', () => {
    const decided = decideAttempt(fresh, { kind: 'unsent', reason: 'refused' }, moment);

    expect(decided).toMatchObject({ kind: 'going_on', attempt: { state: 'fresh', tried: false } });
  });

  it('may have removed the binding before the server broke down', () => {
    const decided = decideAttempt(fresh, error('INTERNAL_SERVER_ERROR', 500), moment);

    expect(decided).toMatchObject({ kind: 'going_on', attempt: { state: 'fresh', tried: true } });
  });

  it.each(['QUERY_LIMIT_EXCEEDED', 'CONNECTION_ERROR'])('is repeated later after %s', (code) => {
    const decided = decideAttempt(fresh, error(code, 503), moment);

    expect(decided).toMatchObject({ kind: 'going_on', attempt: { state: 'fresh', tried: false } });
  });

  it('waits for the method after OPERATION_TIME_LIMIT', () => {
    const decided = decideAttempt(fresh, error('OPERATION_TIME_LIMIT', null), {
      ...moment,
      restingUntil: NOW + 90_000,
    });

    expect(decided).toMatchObject({ kind: 'going_on', attempt: { state: 'fresh', notBefore: NOW + 90_000 } });
  });

  it('stops the portal on a manual block, although its status is 503', () => {
    expect(decideAttempt(fresh, error('OVERLOAD_LIMIT', 503), moment)).toMatchObject({
      kind: 'stopped',
      code: 'OVERLOAD_LIMIT',
    });
  });

  it('has failed when the transient trouble outlives twelve attempts', () => {
    const tired = { ...fresh, attempts: 11 };

    expect(decideAttempt(tired, error('QUERY_LIMIT_EXCEEDED', 503), moment)).toMatchObject({
      kind: 'ended',
      status: 'failed',
      code: 'QUERY_LIMIT_EXCEEDED',
    });
  });
});

describe('an attempt without an answer', () => {
  it('removed the binding when it is gone and others are there', () => {
    expect(decideAttempt(unanswered, gone, moment)).toMatchObject({ kind: 'ended', status: 'unbound' });
  });

  it('is not settled by an empty list, which may be a writer between its DELETE and its INSERT', () => {
    expect(decideAttempt(unanswered, empty, moment)).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'unanswered' },
    });
    expect(decideAttempt(unanswered, empty, later)).toMatchObject({ kind: 'ended', status: 'unbound' });
  });

  it('is looked at again when it is certain, if the binding is still there', () => {
    expect(decideAttempt(unanswered, bound, moment)).toMatchObject({
      kind: 'going_on',
      attempt: { notBefore: NOW + 65_000 },
    });
  });

  it('did not happen when the binding is still there then, and the change is asked again', () => {
    expect(decideAttempt(unanswered, bound, later)).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'fresh', tried: false },
    });
  });

  it('is refused when there is no such activity', () => {
    expect(decideAttempt(unanswered, error('NOT_FOUND'), moment)).toMatchObject({ kind: 'ended', status: 'refused' });
  });
});

describe('a BINDING_NOT_FOUND that is confirmed', () => {
  it('was unbound before we asked', () => {
    expect(decideAttempt(confirm, gone, moment)).toMatchObject({
      kind: 'ended',
      status: 'already_unbound',
      attempt: { attempts: 2 },
    });
  });

  it('was ours after an attempt that got no answer', () => {
    expect(decideAttempt({ ...confirm, tried: true }, gone, moment)).toMatchObject({
      kind: 'ended',
      status: 'unbound',
    });
  });

  it('was spurious when the list shows the binding', () => {
    expect(decideAttempt(confirm, bound, moment)).toMatchObject({ kind: 'going_on', attempt: { state: 'fresh' } });
  });
});

describe('binding again', () => {
  const bind = newAttempt(commandOf('undo', 'bind', 999, deal), { trigger: 'cli', cause: 'undo' });

  it.each([
    [result(true), 'bound'],
    [error('ACTIVITY_IS_ALREADY_BOUND'), 'already_bound'],
    [error('ACCESS_DENIED'), 'refused'],
  ] as const)('ends by the answer', (answer, status) => {
    expect(decideAttempt(bind, answer, moment)).toMatchObject({ kind: 'ended', status });
  });
});

it('an intent is an attempt whose answer is not known yet', () => {
  const attempt = launched(fresh, NOW, NOW + 70_000);

  expect(attempt).toMatchObject({
    state: 'unanswered',
    tried: true,
    attempts: 1,
    certainAt: NOW + 70_000,
    firstSentAt: NOW,
  });
});
