import { describe, expect, it } from '@jest/globals';
import { decideWithoutAnswer } from '../../../../lib/worker/request/decide-without-answer.ts';
import { attemptOf, errorOf, LOST, NOW, UNSENT } from '../../../support/worker/samples.ts';

const moment = { askedAt: NOW - 100, now: NOW, random: 0.5, restingUntil: 0 };
const REFUSED = errorOf('verification_needed', 401);
const BROKEN = errorOf('INTERNAL_SERVER_ERROR', 500);

const decide = (changes: Parameters<typeof attemptOf>[0], failure: typeof LOST, size: number, isPortalWell = true) =>
  decideWithoutAnswer(attemptOf(changes), { failure, size, isPortalWell }, moment);

describe('a change whose request failed', () => {
  it.each([
    [
      'got no answer: it may have happened, and may still',
      LOST,
      { state: 'unanswered', tried: true, certainAt: NOW + 64_990 },
    ],
    ['broke down: it may have happened', BROKEN, { state: 'fresh', tried: true }],
    ['was turned away: it did not happen', REFUSED, { state: 'fresh', tried: false }],
    ['was not sent: it did not happen', UNSENT, { state: 'fresh', tried: false }],
  ] as const)('%s', (_case, failure, attempt) => {
    expect(decide({}, failure, 50)).toMatchObject({ kind: 'going_on', attempt: { attempts: 1, ...attempt } });
  });
});

it('a read whose request failed is made again', () => {
  const state = { state: 'unanswered', certainAt: NOW + 65_000 } as const;

  expect(decide(state, LOST, 2)).toMatchObject({ kind: 'going_on', attempt: { ...state, notBefore: NOW } });
});

describe('a request that died of something in it', () => {
  it.each([
    [50, { requestSize: 7, alone: false }],
    [14, { requestSize: 2, alone: false }],
    [13, { alone: true }],
    [2, { alone: true }],
  ])('of %d calls is sent again in parts', (size, attempt) => {
    const decided = decide({ troubles: 11 }, LOST, size);

    expect(decided).toMatchObject({ kind: 'going_on', attempt: { ...attempt, troubles: 11 } });
  });

  it('of one call is trouble of its command, which fails after twelve', () => {
    expect(decide({ alone: true }, REFUSED, 1)).toMatchObject({ attempt: { troubles: 1, notBefore: NOW + 1_000 } });
    expect(decide({ alone: true, troubles: 11 }, LOST, 1)).toMatchObject({
      kind: 'ended',
      status: 'failed',
      code: 'NO_ANSWER',
    });
  });
});

it.each([
  ['it is trouble of the portal', LOST, false],
  ['it was never sent', UNSENT, true],
] as const)('a command alone in its request uses up nothing when %s', (_case, failure, isPortalWell) => {
  expect(decide({ alone: true, troubles: 11 }, failure, 1, isPortalWell)).toMatchObject({
    kind: 'going_on',
    attempt: { troubles: 11 },
  });
});
