import { describe, expect, it } from '@jest/globals';
import { decideAttempt } from '../../../../lib/worker/request/decide-attempt.ts';
import { decideWithoutAnswer } from '../../../../lib/worker/request/decide-without-answer.ts';
import { attemptOf, errorOf, LOST, NOW, resultOf } from '../../../support/worker/samples.ts';

const moment = { askedAt: NOW, now: NOW, random: 0.5, restingUntil: 0 };
const fresh = attemptOf();

describe('a change', () => {
  it('has removed the binding when the portal says true', () => {
    expect(decideAttempt(fresh, resultOf(true), moment)).toMatchObject({
      kind: 'ended',
      status: 'unbound',
      presumed: false,
      attempt: { attempts: 1 },
    });
  });

  it('is not a success when the portal says false: the bindings decide at once', () => {
    expect(decideAttempt(fresh, resultOf(false), moment)).toMatchObject({
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
    expect(decideAttempt(fresh, errorOf(code), moment)).toMatchObject({ kind: 'ended', status: 'refused', code });
  });

  it.each(['0', '', 'SOMETHING_NEW', 'ERROR_CORE'])('is repeated alone when a batch answers %j', (code) => {
    expect(decideAttempt(fresh, errorOf(code, null), moment)).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'fresh', alone: true, tried: true },
    });
  });

  it.each(['ACCESS_DENIED', 'NOT_FOUND', 'LAST_BINDING_CANNOT_BE_DELETED'])(
    'is refused at once when a batch answers %j, which leaves no doubt',
    (code) => {
      expect(decideAttempt(fresh, errorOf(code, null), moment)).toMatchObject({
        kind: 'ended',
        status: 'refused',
        code,
      });
    },
  );

  it('is refused by a "0" that it gets alone', () => {
    expect(decideAttempt({ ...fresh, alone: true }, errorOf('0', 400), moment)).toMatchObject({
      kind: 'ended',
      status: 'refused',
    });
  });

  it('confirms a first BINDING_NOT_FOUND by the list', () => {
    expect(decideAttempt(fresh, errorOf('BINDING_NOT_FOUND'), moment)).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'confirm', certainAt: NOW + 2_000 },
    });
  });

  it('leaves the activity alone after a lost answer until the portal cannot be at work on it any more', () => {
    expect(decideWithoutAnswer(fresh, { failure: LOST, size: 2, isPortalWell: true }, moment)).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'unanswered', tried: true, certainAt: NOW - 10 + 65_000, notBefore: NOW + 2_000 },
    });
  });

  it.each([
    ['INTERNAL_SERVER_ERROR', 500, true],
    ['ERROR_UNEXPECTED_ANSWER', null, true],
    ['SOMETHING_NEW', 502, true],
    ['QUERY_LIMIT_EXCEEDED', null, false],
  ] as const)('is repeated later after %s with status %s; it may have happened: %s', (code, status, tried) => {
    expect(decideAttempt(fresh, errorOf(code, status), moment)).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'fresh', tried, notBefore: NOW + 1_000 },
    });
  });

  it('waits for the method after OPERATION_TIME_LIMIT', () => {
    const resting = { ...moment, restingUntil: NOW + 90_000 };

    expect(decideAttempt(fresh, errorOf('OPERATION_TIME_LIMIT', null), resting)).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'fresh', notBefore: NOW + 90_000 },
    });
  });

  it('stays as it is when its method stops, and goes on as soon as that does', () => {
    const resting = { ...moment, restingUntil: NOW + 900_000 };
    const tired = attemptOf({ troubles: 11 });

    expect(decideAttempt(tired, errorOf('insufficient_scope', 403), resting)).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'fresh', troubles: 11, notBefore: NOW },
    });
  });

  it('stops the portal on a manual block', () => {
    expect(decideAttempt(fresh, errorOf('OVERLOAD_LIMIT', null), moment)).toMatchObject({
      kind: 'stopped',
      code: 'OVERLOAD_LIMIT',
    });
  });
});

describe('binding again', () => {
  const bind = attemptOf({}, 999, 'bind');

  it.each([
    [resultOf(true), false, 'bound'],
    [errorOf('ACTIVITY_IS_ALREADY_BOUND'), false, 'already_bound'],
    [errorOf('ACTIVITY_IS_ALREADY_BOUND'), true, 'bound'],
    [errorOf('ACCESS_DENIED'), false, 'refused'],
  ] as const)('ends with the answer (%#)', (answer, tried, status) => {
    expect(decideAttempt({ ...bind, tried }, answer, moment)).toMatchObject({ kind: 'ended', status });
  });
});
