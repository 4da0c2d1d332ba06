import { describe, expect, it } from '@jest/globals';
import { callOf, launched } from '../../../lib/jobs/attempt.ts';
import { attemptOf, NOW } from '../../support/worker/samples.ts';

describe('the next call of an attempt', () => {
  it.each([
    ['unbind', 'crm.activity.binding.delete'],
    ['bind', 'crm.activity.binding.add'],
  ] as const)('to %s asks for the change with the three ids of the method', (action, method) => {
    expect(callOf(attemptOf({}, 999, action))).toEqual({
      method,
      params: { activityId: 999, entityTypeId: 2, entityId: 1 },
    });
  });

  it.each(['unanswered', 'confirm'] as const)('that is %s only reads', (state) => {
    expect(callOf(attemptOf({ state }))).toEqual({
      method: 'crm.activity.binding.list',
      params: { activityId: 999 },
    });
  });
});

describe('an attempt that is launched', () => {
  it('is one whose answer is not known yet', () => {
    expect(launched(attemptOf(), NOW, NOW + 70_000)).toMatchObject({
      state: 'unanswered',
      tried: true,
      attempts: 1,
      certainAt: NOW + 70_000,
      firstSentAt: NOW,
    });
  });

  it('again keeps the time of its first call', () => {
    expect(launched(attemptOf({ firstSentAt: NOW - 5_000, attempts: 1 }), NOW, NOW + 70_000)).toMatchObject({
      attempts: 2,
      firstSentAt: NOW - 5_000,
    });
  });
});
