import { describe, expect, test } from '@jest/globals';
import { drained, emptyBudget, overrun, rested, restingUntil, spent, waitFor } from '../../../lib/bitrix24/budget.ts';

const NOW = 1_790_000_000_000;

describe('the budget of a portal', () => {
  test('allows a burst and then asks to wait', () => {
    let budget = emptyBudget(NOW);
    for (let request = 0; request < 40; request += 1) {
      expect(waitFor(budget, NOW)).toBe(0);
      budget = spent(budget, NOW);
    }

    expect(waitFor(budget, NOW)).toBe(500);
    expect(waitFor(budget, NOW + 500)).toBe(0);
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
      const wait = waitFor(budget, now);
      now += wait;
      bucket = Math.max(0, bucket - (wait * 2) / 1000) + 1;
      budget = spent(budget, now);
      expect(bucket).toBeLessThanOrEqual(50);
    }
    expect(now - NOW).toBeGreaterThanOrEqual(229_000);
  });

  test('is full after the portal said so', () => {
    expect(waitFor(overrun(emptyBudget(NOW), NOW), NOW)).toBe(5_500);
  });

  test('lets one method rest, in any spelling, and the others go on', () => {
    const budget = rested(emptyBudget(NOW), 'crm.Activity.list', NOW + 60_000);

    expect(restingUntil(budget, 'CRM.activity.LIST', NOW)).toBe(NOW + 60_000);
    expect(restingUntil(budget, 'crm.activity.binding.delete', NOW)).toBe(0);
    expect(restingUntil(budget, 'crm.activity.list', NOW + 60_000)).toBe(0);
    expect(restingUntil(budget, 'toString', NOW)).toBe(0);
  });

  test('never shortens a rest, and forgets the ones that ended', () => {
    const budget = rested(rested(emptyBudget(NOW), 'm', NOW + 60_000), 'm', NOW + 1_000);

    expect(restingUntil(budget, 'm', NOW)).toBe(NOW + 60_000);
    expect(drained(budget, NOW + 60_000).resting).toEqual({});
  });
});
