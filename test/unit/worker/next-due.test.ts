import { describe, expect, it } from '@jest/globals';
import { nextDue } from '../../../lib/worker/next-due.ts';
import { newOpenIntent } from '../../../lib/worker/request/open-intent.ts';
import { fakeSession } from '../../support/worker/fake-session.ts';
import { attemptOf, intentOf, jobOf, NOW } from '../../support/worker/samples.ts';

const LIST = 'crm.activity.binding.list';
const inDoubt = attemptOf({ state: 'unanswered', certainAt: NOW + 65_000, notBefore: NOW + 2_000 });

describe('the next time at which work can continue', () => {
  it('does not exist when nothing waits', async () => {
    expect(await nextDue(fakeSession())).toBeNull();
  });

  it('is the due time of the earliest job of any lane', async () => {
    const session = fakeSession();
    session.ports.jobs.put(
      jobOf({ id: 'a', dueAt: NOW + 90_000 }),
      jobOf({ id: 'b', lane: 'event', dueAt: NOW + 30_000 }),
      jobOf({ id: 'c', lane: 'sweep', dueAt: NOW + 60_000 }),
    );

    expect(await nextDue(session)).toBe(NOW + 30_000);
  });

  it('is years ahead if the job is', async () => {
    const session = fakeSession();
    session.ports.jobs.put(jobOf({ dueAt: NOW + 9 * 365 * 86_400_000 }));

    expect(await nextDue(session)).toBe(NOW + 9 * 365 * 86_400_000);
  });

  it('waits for the half of the rate that a sweep may use', async () => {
    const session = fakeSession();
    session.ports.api.wait = { all: 500, half: 7_000 };
    session.ports.jobs.put(jobOf({ lane: 'sweep' }));

    expect(await nextDue(session)).toBe(NOW + 7_000);
  });

  it('is that of an attempt, although its job is due', async () => {
    const session = fakeSession();
    session.ports.jobs.put(jobOf());
    session.openIntents.push(newOpenIntent(intentOf([inDoubt])));

    expect(await nextDue(session)).toBe(NOW + 2_000);
  });

  it('waits for the method that an attempt needs', async () => {
    const session = fakeSession();
    session.ports.api.resting.set(LIST, NOW + 40_000);
    session.openIntents.push(newOpenIntent(intentOf([inDoubt])));

    expect(await nextDue(session)).toBe(NOW + 40_000);
  });

  it('is 15 s before the time-out of a workflow whose job is under way', async () => {
    const session = fakeSession();
    const job = jobOf({ eventToken: 'token', answerBy: NOW + 60_000 });
    session.openIntents.push(newOpenIntent(intentOf([{ ...inDoubt, notBefore: NOW + 65_000 }], job)));

    expect(await nextDue(session)).toBe(NOW + 45_000);
  });

  it('is never now, so that there is no tight loop', async () => {
    const session = fakeSession();
    session.ports.jobs.put(jobOf({ dueAt: NOW - 1_000 }));

    expect(await nextDue(session)).toBe(NOW + 100);
  });

  it('leaves jobs out while too many commands are in doubt', async () => {
    const session = fakeSession();
    session.ports.jobs.put(jobOf({ id: 'other', dueAt: NOW + 1_000 }));
    const attempts = Array.from({ length: 200 }, (_, index) => attemptOf({ notBefore: NOW + 30_000 }, index + 1));
    session.openIntents.push(newOpenIntent(intentOf(attempts)));

    expect(await nextDue(session)).toBe(NOW + 30_000);
  });
});
