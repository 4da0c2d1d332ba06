import { describe, expect, it } from '@jest/globals';
import { decideAttempt } from '../../../../lib/worker/request/decide-attempt.ts';
import { attemptOf, DEAL, errorOf, LOST, NOW, resultOf, UNSENT } from '../../../support/worker/samples.ts';

const moment = { askedAt: NOW - 100, now: NOW, random: 0.5, restingUntil: 0 };

describe('every call of an attempt', () => {
  it('is counted, and the first one is timed', () => {
    expect(decideAttempt(attemptOf(), LOST, moment)).toMatchObject({
      attempt: { attempts: 1, firstSentAt: NOW - 100 },
    });
    expect(decideAttempt(attemptOf({ attempts: 3, firstSentAt: NOW - 9_000 }), LOST, moment)).toMatchObject({
      attempt: { attempts: 4, firstSentAt: NOW - 9_000 },
    });
  });

  it.each(['fresh', 'unanswered', 'confirm'] as const)(
    'that was certainly not sent leaves a %s attempt so',
    (state) => {
      expect(decideAttempt(attemptOf({ state }), UNSENT, moment)).toMatchObject({
        kind: 'going_on',
        attempt: { state, tried: false, notBefore: NOW + 1_000 },
      });
    },
  );
});

describe('after twelve calls a command has failed', () => {
  const tired = attemptOf({ attempts: 11 });
  const inDoubt = attemptOf({ attempts: 11, state: 'unanswered', certainAt: NOW + 65_000 });

  it.each([
    ['the code of the portal', tired, errorOf('QUERY_LIMIT_EXCEEDED', 503), 'QUERY_LIMIT_EXCEEDED'],
    ['NO_ANSWER', tired, LOST, 'NO_ANSWER'],
    ['UNREACHABLE', tired, UNSENT, 'UNREACHABLE'],
    ['NOT_CONFIRMED', inDoubt, resultOf([DEAL]), 'NOT_CONFIRMED'],
  ])('with %s', (_case, attempt, answer, code) => {
    expect(decideAttempt(attempt, answer, moment)).toMatchObject({ kind: 'ended', status: 'failed', code });
  });

  it('unless the twelfth has settled it', () => {
    expect(decideAttempt(tired, resultOf(true), moment)).toMatchObject({ kind: 'ended', status: 'unbound' });
  });
});
