import { describe, expect, it } from '@jest/globals';
import type { Job } from '../../../../lib/jobs/job.ts';
import {
  collectPendingAnswers,
  pendingAnswerAt,
  roomToAnswer,
} from '../../../../lib/worker/request/collect-pending-answers.ts';
import { newOpenIntent } from '../../../../lib/worker/request/open-intent.ts';
import { fakeSession } from '../../../support/worker/fake-session.ts';
import { attemptOf, intentOf, jobOf, NOW, outcomeOf } from '../../../support/worker/samples.ts';

/** Its workflow has waited for a while already. */
const urgent = jobOf({ eventToken: 'token', createdAt: NOW - 50_000, answerBy: NOW + 10_000 });

it.each([
  ['15 s before its time-out', { answerBy: NOW + 60_000 }, NOW + 45_000],
  ['at half of a short time-out, and does its work before', { answerBy: NOW + 10_000 }, NOW + 5_000],
  ['never: it does not give up', { answerBy: null }, null],
  ['never: it is about to be answered anyway', { answerBy: NOW + 60_000, phase: 'answering' as const }, null],
])('a workflow is told that its work is pending %s', (_case, changes, at) => {
  expect(pendingAnswerAt(jobOf(changes), { room: () => 50, callMs: () => 0 })).toBe(at);
});

it('a workflow of a slow portal is told earlier, by the time that a request of work would take', () => {
  expect(pendingAnswerAt(jobOf({ answerBy: NOW + 60_000 }), { room: () => 3, callMs: () => 5_000 })).toBe(NOW + 30_000);
});

describe('a request that answers a workflow', () => {
  it.each([
    ['holds as much as usual on a fast portal', 50, 20, 50],
    ['holds only what leaves time for the answer on a slow one', 15, 1_000, 5],
    ['holds the answer in any case', 3, 8_000, 1],
  ])('%s', (_case, places, msOfCall, room) => {
    const session = fakeSession();
    Object.assign(session.ports.api, { places, msOfCall });
    const answer = {
      kind: 'pending_answer',
      job: urgent,
      openIntent: null,
      call: { method: 'm', params: {} },
    } as const;

    expect(roomToAnswer([answer], session)).toBe(room);
  });
});

describe('of the jobs that wait', () => {
  it.each([
    ['one whose time-out is near', urgent, 1],
    ['one 15 s before its time-out', { ...urgent, answerBy: NOW + 15_000 }, 1],
    ['not one with more time', { ...urgent, answerBy: NOW + 15_001 }, 0],
    ['not one whose workflow has given up', { ...urgent, answerBy: NOW }, 0],
    ['not one that was answered', { ...urgent, eventToken: null }, 0],
    ['not one that is not due', { ...urgent, dueAt: NOW + 1 }, 0],
    ['not one without a time-out', { ...urgent, answerBy: null }, 0],
  ])('%s is answered', async (_case, job, count) => {
    const session = fakeSession();
    session.ports.jobs.put(job);

    expect(await collectPendingAnswers(session)).toHaveLength(count);
  });

  it('none is answered while answers rest', async () => {
    const session = fakeSession();
    session.ports.api.resting.set('bizproc.event.send', NOW + 1);
    session.ports.jobs.put(urgent);

    expect(await collectPendingAnswers(session)).toEqual([]);
  });
});

describe('a job under way', () => {
  /** Of two commands the first has ended. */
  function underWay(stored: Job) {
    const session = fakeSession();
    const openIntent = newOpenIntent(intentOf([attemptOf({}, 1), attemptOf({}, 2)], urgent));
    const [first = attemptOf()] = openIntent.intent.trials;
    openIntent.ended.set(first.command.id, outcomeOf({ id: first.command.id, activityId: 1 }));
    session.openIntents.push(openIntent);
    session.ports.jobs.put(stored);
    return { session, openIntent };
  }

  it('is answered with what was done so far', async () => {
    const { session, openIntent } = underWay(urgent);

    expect(await collectPendingAnswers(session)).toMatchObject([
      {
        kind: 'pending_answer',
        openIntent,
        job: { counts: { unbound: 1 } },
        call: { params: { EVENT_TOKEN: 'token', RETURN_VALUES: { status: 'pending', unbound: '1' } } },
      },
    ]);
  });

  it('that an earlier process answered is not answered again, and owes nothing any more', async () => {
    const { session, openIntent } = underWay({ ...urgent, eventToken: null });

    expect(await collectPendingAnswers(session)).toEqual([]);
    expect(openIntent.intent.shares).toMatchObject([{ owesAnswer: false }]);
  });

  it('that has been advanced is not answered from its intent', async () => {
    const { session, openIntent } = underWay({ ...urgent, phase: 'answering' });
    openIntent.advanced.add(urgent.id);

    expect(await collectPendingAnswers(session)).toEqual([]);
  });
});
