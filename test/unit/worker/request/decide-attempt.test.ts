import { describe, expect, it } from '@jest/globals';
import { decideAttempt } from '../../../../lib/worker/request/decide-attempt.ts';
import { attemptOf, DEAL, errorOf, NOW, resultOf, UNSENT } from '../../../support/worker/samples.ts';

const moment = { askedAt: NOW - 100, now: NOW, random: 0.5, restingUntil: 0 };
const FAULT = errorOf('INTERNAL_SERVER_ERROR', 500);

describe('every call of an attempt', () => {
  it('is counted, and the first one is timed', () => {
    expect(decideAttempt(attemptOf(), FAULT, moment)).toMatchObject({
      attempt: { attempts: 1, firstSentAt: NOW - 100 },
    });
    expect(decideAttempt(attemptOf({ attempts: 3, firstSentAt: NOW - 9_000 }), FAULT, moment)).toMatchObject({
      attempt: { attempts: 4, firstSentAt: NOW - 9_000 },
    });
  });

  it.each(['fresh', 'unanswered', 'confirm'] as const)('that the batch left out leaves a %s attempt so', (state) => {
    expect(decideAttempt(attemptOf({ state }), UNSENT, moment)).toMatchObject({
      kind: 'going_on',
      attempt: { state, tried: false, notBefore: NOW + 1_000 },
    });
  });
});

describe('after twelve troubles of its own a command has failed', () => {
  const tired = attemptOf({ troubles: 11 });
  const inDoubt = attemptOf({ troubles: 11, state: 'confirm', certainAt: NOW });

  it.each([
    ['the code of the portal', tired, FAULT, 'INTERNAL_SERVER_ERROR'],
    ['UNREACHABLE', tired, UNSENT, 'UNREACHABLE'],
    ['NOT_CONFIRMED', inDoubt, resultOf([DEAL]), 'NOT_CONFIRMED'],
    ['NOT_CONFIRMED, by a false', tired, resultOf(false), 'NOT_CONFIRMED'],
  ] as const)('with %s', (_case, attempt, answer, code) => {
    expect(decideAttempt(attempt, answer, moment)).toMatchObject({ kind: 'ended', status: 'failed', code });
  });

  it('unless the twelfth call has settled it', () => {
    expect(decideAttempt(tired, resultOf(true), moment)).toMatchObject({ kind: 'ended', status: 'unbound' });
  });

  it('however many calls were made for it', () => {
    expect(decideAttempt(attemptOf({ attempts: 400 }), FAULT, moment)).toMatchObject({ kind: 'going_on' });
  });
});
