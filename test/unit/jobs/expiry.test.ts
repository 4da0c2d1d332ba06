import { describe, expect, it } from '@jest/globals';
import { isExpired } from '../../../lib/jobs/expiry.ts';
import { jobOf, NOW } from '../../support/worker/samples.ts';

const DAY_MS = 86_400_000;
const DAYS = { asked: 3, event: 7 };

/** A job that was created so many days ago. */
const expired = (days: number, changes: Parameters<typeof jobOf>[0]): boolean =>
  isExpired(jobOf({ createdAt: NOW - days * DAY_MS, ...changes }), DAYS, NOW);

describe('a job that could not be begun', () => {
  it.each(['robot', 'cli'] as const)('ends after three days when it was asked for by a %s', (trigger) => {
    expect([expired(2.99, { trigger }), expired(3, { trigger })]).toEqual([false, true]);
  });

  it('ends after seven days when it is about an event', () => {
    expect([expired(6.99, { trigger: 'event' }), expired(7, { trigger: 'event' })]).toEqual([false, true]);
  });

  it('is as old as the latest of its events', () => {
    expect(expired(9, { trigger: 'event', builtAt: [NOW - 9 * DAY_MS, NOW - DAY_MS] })).toBe(false);
  });

  it('of a run ends by the time of the run', () => {
    expect(expired(99, { trigger: 'cleanup', task: { kind: 'sweep' } })).toBe(false);
  });

  it('that changes no binding is never too late', () => {
    expect(expired(99, { task: { kind: 'register' } })).toBe(false);
    expect(expired(99, { task: { kind: 'explain', code: 'NO_ELEMENT', details: '' } })).toBe(false);
  });
});

it('a job that was begun goes on, however late', () => {
  expect(expired(99, { counts: { unbound: 1 } })).toBe(false);
});
