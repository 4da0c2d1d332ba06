import { describe, expect, test } from '@jest/globals';
import { RATES } from '../../../../lib/bitrix24/limits.ts';
import { BATCH_TARGET_MS, WORKER_REQUEST_TIMEOUT_MS } from '../../../../lib/bitrix24/policy.ts';
import {
  afterRateLimitError,
  afterRequest,
  afterSuccess,
  afterTimedRequest,
  drained,
  emptyBudget,
  mostCalls,
  restingUntil,
  waitMs,
  withRestingMethod,
} from '../../../../lib/bitrix24/rest/rate-budget.ts';

const NOW = 1_790_000_000_000;

describe('the budget of a portal', () => {
  test('allows a burst and then asks to wait', () => {
    let budget = emptyBudget(NOW);
    for (let request = 0; request < 40; request += 1) {
      expect(waitMs(budget, NOW)).toBe(0);
      budget = afterRequest(budget, NOW);
    }

    expect(waitMs(budget, NOW)).toBe(500);
    expect(waitMs(budget, NOW + 500)).toBe(0);
  });

  test('drains two requests a second, never below zero', () => {
    const budget = { level: 10, at: NOW, resting: {} };

    expect(drained(budget, NOW + 1_000).level).toBe(8);
    expect(drained(budget, NOW + 60_000).level).toBe(0);
  });

  test('drains nothing when the clock goes back, and does not drain the same second twice', () => {
    const budget = { level: 10, at: NOW, resting: {} };

    expect(drained(budget, NOW - 5_000).level).toBe(10);
    expect(drained(drained(budget, NOW + 1_000), NOW + 1_000).level).toBe(8);
  });

  test('never overflows at Bitrix24, however eagerly it is used', () => {
    let budget = emptyBudget(NOW);
    let bucket = 0;
    let now = NOW;
    for (let request = 0; request < 500; request += 1) {
      const wait = waitMs(budget, now);
      now += wait;
      bucket = Math.max(0, bucket - (wait * 2) / 1000) + 1;
      budget = afterRequest(budget, now);
      expect(bucket).toBeLessThanOrEqual(50);
    }
    expect(now - NOW).toBeGreaterThanOrEqual(229_000);
  });

  test('is full once the portal says so', () => {
    expect(waitMs(afterRateLimitError(emptyBudget(NOW), NOW), NOW)).toBe(5_500);
  });

  test('of an enterprise portal is five times as large', () => {
    let budget = emptyBudget(NOW);
    for (let request = 0; request < 200; request += 1) budget = afterRequest(budget, NOW, RATES.enterprise);

    expect(waitMs(budget, NOW, RATES.enterprise)).toBe(200);
  });

  test('leaves half of the burst and half of the rate when sweeps use it', () => {
    let budget = emptyBudget(NOW);
    for (let request = 0; request < 20; request += 1) budget = afterRequest(budget, NOW, RATES.standard, 'half');

    expect(waitMs(budget, NOW, RATES.standard, 'half')).toBe(1_000);
    expect(waitMs(budget, NOW, RATES.standard, 'all')).toBe(0);
  });

  test('lets one method rest, in any spelling, and not the others', () => {
    const budget = withRestingMethod(emptyBudget(NOW), 'crm.Activity.list', NOW);

    expect(restingUntil(budget, 'CRM.activity.LIST', NOW)).toBe(NOW + 60_000);
    expect(restingUntil(budget, 'crm.activity.binding.delete', NOW)).toBe(0);
    expect(restingUntil(budget, 'crm.activity.list', NOW + 60_000)).toBe(0);
    expect(restingUntil(budget, 'toString', NOW)).toBe(0);
  });

  test('forgets rests that are over', () => {
    expect(drained(withRestingMethod(emptyBudget(NOW), 'm', NOW), NOW + 60_000).resting).toEqual({});
  });
});

describe('the operating time of a method', () => {
  const time = (operating: number | null, operatingResetAt: number | null) => ({ operating, operatingResetAt });

  test('says when the method may be called again after it was refused', () => {
    const known = afterSuccess(emptyBudget(NOW), 'm', time(300, NOW + 400_000), NOW);

    expect(restingUntil(known, 'm', NOW)).toBe(0);
    expect(restingUntil(withRestingMethod(known, 'm', NOW + 1_000), 'm', NOW + 1_000)).toBe(NOW + 400_000);
  });

  test.each([
    ['missing', null],
    ['in the past', NOW - 1],
    ['stale by now', NOW + 500],
    ['too far ahead', NOW + 3_600_000],
  ])('with a reset that is %s lets the method rest for a minute', (_name, resetAt) => {
    const known = afterSuccess(emptyBudget(NOW), 'm', time(300, resetAt), NOW);

    expect(restingUntil(withRestingMethod(known, 'm', NOW + 1_000), 'm', NOW + 1_000)).toBe(NOW + 61_000);
  });

  test('lets the method rest before it meets the limit', () => {
    expect(restingUntil(afterSuccess(emptyBudget(NOW), 'm', time(399, NOW + 30_000), NOW), 'm', NOW)).toBe(0);
    expect(restingUntil(afterSuccess(emptyBudget(NOW), 'm', time(400, NOW + 30_000), NOW), 'm', NOW)).toBe(
      NOW + 30_000,
    );
  });

  test('may be missing altogether', () => {
    expect(afterSuccess(emptyBudget(NOW), 'm', time(null, null), NOW)).toEqual(emptyBudget(NOW));
  });
});

describe('the size of a batch', () => {
  test('is fifty while the portal is fast', () => {
    expect(mostCalls(afterTimedRequest(emptyBudget(NOW), 50, 1_600, true), NOW)).toBe(50);
  });

  test('shrinks when calls take long, and after a batch without an answer', () => {
    expect(mostCalls(afterTimedRequest(emptyBudget(NOW), 50, 50_000, true), NOW)).toBe(15);
    expect(mostCalls(afterTimedRequest(emptyBudget(NOW), 50, 30_000, false), NOW)).toBe(13);
  });

  test('stays as it is when a connection breaks, or when a single call gets no answer', () => {
    expect(mostCalls(afterTimedRequest(emptyBudget(NOW), 2, 20, false), NOW)).toBe(50);
    expect(mostCalls(afterTimedRequest(emptyBudget(NOW), 1, 30_000, false), NOW)).toBe(50);
  });

  test.each([50, 200, 300, 900, 1_050, 1_200, 2_000, 3_300, 5_000, 9_000, 14_000])(
    'soon fills half of a request and stays there when a call takes %s ms',
    (callMs) => {
      let budget = emptyBudget(NOW);
      const sizes: number[] = [];
      const timeOuts: number[] = [];
      for (let request = 0; request < 40; request += 1) {
        const calls = mostCalls(budget, NOW);
        const ms = 60 + calls * callMs;
        const isAnswered = ms <= WORKER_REQUEST_TIMEOUT_MS;
        if (!isAnswered) timeOuts.push(request);
        budget = afterTimedRequest(budget, calls, Math.min(ms, WORKER_REQUEST_TIMEOUT_MS), isAnswered);
        sizes.push(calls);
      }

      expect(timeOuts.length).toBeLessThanOrEqual(3);
      expect(timeOuts.filter((request) => request > 3)).toEqual([]);
      const last = new Set(sizes.slice(-20));
      expect(last.size).toBe(1);
      expect([...last][0]).toBe(Math.max(1, Math.min(50, Math.round((BATCH_TARGET_MS - 60) / callMs))));
    },
  );

  test('grows again when the portal recovers', () => {
    let budget = afterTimedRequest(emptyBudget(NOW), 50, 30_000, false);
    for (let request = 0; request < 10; request += 1) budget = afterTimedRequest(budget, 12, 240, true);

    expect(mostCalls(budget, NOW)).toBe(50);
  });

  test('is one while `batch` itself rests', () => {
    expect(mostCalls(withRestingMethod(emptyBudget(NOW), 'batch', NOW), NOW)).toBe(1);
  });
});
