import { describe, expect, test } from '@jest/globals';
import { RATES } from '../../../lib/bitrix24/limits.ts';
import type { Asked, CommandAnswer, RequestFailure } from '../../../lib/bitrix24/rest/rest-call.ts';
import { rateLimits } from '../../../lib/portal/rate-limits.ts';
import { ManualClock } from '../../support/portal/manual-clock.ts';

const DELETE = { method: 'crm.activity.binding.delete', params: {} };
const NO_TIME = { operating: null, operatingResetAt: null };
const success: CommandAnswer = { kind: 'result', result: true, next: null, total: null, time: NO_TIME };
const error = (code: string, status: number | null = 429): CommandAnswer & RequestFailure => ({
  kind: 'error',
  code,
  description: '',
  status,
});

const failed = (failure: RequestFailure): Asked => ({ kind: 'failed', failure });
const answered = (...answers: CommandAnswer[]): Asked => ({ kind: 'answered', answers });

function limits() {
  const clock = new ManualClock();
  return { clock, limits: rateLimits({ budget: null }, RATES.standard, clock) };
}

describe('the limits of a portal', () => {
  test('count what is sent', () => {
    const { limits: known } = limits();

    for (let request = 0; request < 40; request += 1) known.spend('all');

    expect(known.waitMs('all')).toBe(500);
    expect(known.budget().level).toBe(40);
  });

  test('are reached when the portal says so, whatever was counted', () => {
    const { limits: known } = limits();
    const whole = error('QUERY_LIMIT_EXCEEDED', 503);

    known.note({ calls: [DELETE], asked: failed(whole), lasted: 100 });

    expect(known.budget().level).toBe(RATES.standard.threshold);
  });

  test('let the method of a refused command rest, and not the batch', () => {
    const { clock, limits: known } = limits();
    const answers = [success, error('OPERATION_TIME_LIMIT', null)];
    const calls = [{ ...DELETE, method: 'crm.activity.list' }, DELETE];

    known.note({ calls, asked: answered(...answers), lasted: 100 });

    expect(known.restingUntil(DELETE.method)).toBe(clock.now() + 60_000);
    expect(known.restingUntil('crm.activity.list')).toBe(0);
    expect(known.room()).toBe(50);
  });

  test('let `batch` rest when a batch is refused as a whole, and allow single calls', () => {
    const { limits: known } = limits();
    const whole = error('OPERATION_TIME_LIMIT');

    known.note({ calls: [DELETE, DELETE], asked: failed(whole), lasted: 100 });

    expect(known.restingUntil(DELETE.method)).toBe(0);
    expect(known.room()).toBe(1);
  });

  test('learn how slow the portal is, but not from what was never sent', () => {
    const { limits: known } = limits();
    const unsent: RequestFailure = { kind: 'unsent', reason: 'ECONNREFUSED' };

    known.note({ calls: [DELETE], asked: failed(unsent), lasted: 30_000 });
    expect(known.room()).toBe(50);

    known.note({ calls: [DELETE], asked: answered(success), lasted: 3_000 });
    expect(known.room()).toBe(5);
  });
});
