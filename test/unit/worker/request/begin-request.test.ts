import { describe, expect, it } from '@jest/globals';
import { beginRequest } from '../../../../lib/worker/request/begin-request.ts';
import { newOpenIntent } from '../../../../lib/worker/request/open-intent.ts';
import type { RequestItem, Session } from '../../../../lib/worker/request/session.ts';
import { fakeSession } from '../../../support/worker/fake-session.ts';
import { attemptOf, intentOf, jobOf, NOW, plannedOf, stepOf, unbindTaskOf } from '../../../support/worker/samples.ts';

const what = (item: RequestItem): string =>
  item.kind === 'attempt' ? `${item.attempt.state} ${item.attempt.command.activityId}` : `${item.kind} ${item.job.id}`;

const begin = async (session: Session) => {
  const { items, progressed } = await beginRequest(session);
  return { items: items.map(what), progressed };
};

const underWay = (...attempts: Parameters<typeof attemptOf>[]) =>
  newOpenIntent(intentOf(attempts.map(([changes, id]) => attemptOf(changes, id))));

describe('a request', () => {
  it('is empty when nothing is due', async () => {
    expect(await begin(fakeSession())).toEqual({ items: [], progressed: false });
  });

  it('holds what was begun first, then new work, lane by lane', async () => {
    const session = fakeSession();
    session.openIntents.push(underWay([{ state: 'unanswered' }, 1]));
    session.ports.jobs.put(
      jobOf({ id: 'sweep', lane: 'sweep', task: unbindTaskOf(4) }),
      jobOf({ id: 'event', lane: 'event', task: unbindTaskOf(3) }),
      jobOf({ id: 'robot', task: unbindTaskOf(2) }),
    );

    expect((await begin(session)).items).toEqual(['unanswered 1', 'fresh 2', 'fresh 3', 'fresh 4']);
  });

  it('puts all of its new work into one intent', async () => {
    const session = fakeSession();
    session.ports.jobs.put(jobOf({ id: 'a', task: unbindTaskOf(1) }), jobOf({ id: 'b', task: unbindTaskOf(2) }));

    await begin(session);

    expect(session.openIntents.map(({ intent }) => intent.shares.map(({ job }) => job.id))).toEqual([['a', 'b']]);
    expect(session.ports.intents.written).toEqual([]);
  });

  it('is no larger than the portal wants it; the rest stays planned', async () => {
    const session = fakeSession();
    session.ports.api.places = 3;
    session.openIntents.push(underWay([{}, 1], [{}, 2]));
    session.ports.jobs.put(jobOf({ id: 'other', task: unbindTaskOf(3, 4) }));

    expect((await begin(session)).items).toEqual(['fresh 1', 'fresh 2', 'fresh 3']);
  });

  it('is one call while a stopped portal is probed', async () => {
    const session = fakeSession({ probing: true });
    session.ports.jobs.put(jobOf({ task: unbindTaskOf(1, 2) }));

    expect((await begin(session)).items).toEqual(['fresh 1']);
  });

  it('takes turns between what failed before and everything else', async () => {
    const session = fakeSession();
    session.openIntents.push(
      underWay(
        [{ requestSize: 2 }, 1],
        [{ requestSize: 2 }, 2],
        [{ requestSize: 2 }, 3],
        [{ alone: true }, 4],
        [{}, 5],
      ),
    );
    session.ports.jobs.put(jobOf({ id: 'new', task: unbindTaskOf(6) }));

    expect((await begin(session)).items).toEqual(['fresh 5', 'fresh 6']);
    expect((await begin(session)).items).toEqual(['fresh 1', 'fresh 2']);
  });

  it('is one call when that has to be sent alone', async () => {
    const session = fakeSession();
    session.openIntents.push(underWay([{ alone: true }, 2], [{ requestSize: 2 }, 3]));

    expect((await begin(session)).items).toEqual(['fresh 2']);
  });

  it('plans a job that failed before alone, and after the others', async () => {
    const session = fakeSession();
    const failures = 1;
    session.ports.jobs.put(
      jobOf({ id: 'a', task: unbindTaskOf(1), failures }),
      jobOf({ id: 'b', task: unbindTaskOf(2), failures }),
      jobOf({ id: 'c', task: unbindTaskOf(3) }),
    );

    expect((await begin(session)).items).toEqual(['fresh 3']);
    expect((await begin(session)).items).toEqual(['fresh 1']);
  });

  it('holds one workflow answer that failed before, and nothing else', async () => {
    const session = fakeSession();
    const owed = { phase: 'answering', eventToken: 'token', failures: 1 } as const;
    session.ports.jobs.put(jobOf({ id: 'a', ...owed }), jobOf({ id: 'b', ...owed }));

    expect((await begin(session)).items).toEqual(['answer a']);
  });

  it('says that it has progressed when a job needed no call', async () => {
    const session = fakeSession();
    session.ports.jobs.put(jobOf({ task: { kind: 'explain', code: 'X', details: 'x' } }));

    expect(await begin(session)).toEqual({ items: [], progressed: true });
    expect(session.ports.jobs.jobs.get('job')?.phase).toBe('finished');
  });
});

describe('what is not sent yet', () => {
  it.each([
    ['an attempt before its time', { notBefore: NOW + 1 }],
    ['a read whose method rests', { state: 'unanswered' as const }],
    ['an attempt of a sweep when its half of the rate is used up', { trigger: 'cleanup' as const }],
  ])('%s', async (_case, changes) => {
    const session = fakeSession();
    session.ports.api.resting.set('crm.activity.binding.list', NOW + 60_000);
    session.ports.api.wait = { all: 0, half: 1 };
    session.openIntents.push(underWay([changes, 1]));

    expect((await begin(session)).items).toEqual([]);
  });

  it('new work, while too many commands as urgent as it are in doubt', async () => {
    const session = fakeSession();
    const doubt = { notBefore: NOW + 1, trigger: 'event' } as const;
    const doubts = Array.from({ length: 200 }, (_, index) => attemptOf(doubt, index + 1));
    session.openIntents.push(newOpenIntent(intentOf(doubts)));
    for (const lane of ['event', 'sweep'] as const) session.ports.jobs.put(jobOf({ id: lane, lane }));

    expect((await begin(session)).items).toEqual([]);

    session.ports.jobs.put(jobOf({ id: 'robot', task: unbindTaskOf(999) }));
    expect((await begin(session)).items).toEqual(['fresh 999']);
  });

  it('sweeps, when their half of the rate is used up', async () => {
    const session = fakeSession();
    session.ports.api.wait = { all: 0, half: 1 };
    session.ports.jobs.put(jobOf({ lane: 'sweep' }));

    expect((await begin(session)).items).toEqual([]);
  });
});

describe('urgent answers', () => {
  const urgent = { eventToken: 'token', createdAt: NOW - 50_000, answerBy: NOW + 10_000 };

  it('leave half of a request to the work itself', async () => {
    const session = fakeSession();
    session.ports.api.places = 4;
    session.openIntents.push(underWay([{}, 11], [{}, 12], [{}, 13]));
    session.ports.jobs.put(...[1, 2, 3, 4].map((id) => jobOf({ id: `${id}`, task: unbindTaskOf(id), ...urgent })));

    expect((await begin(session)).items).toEqual(['pending_answer 1', 'pending_answer 2', 'fresh 11', 'fresh 12']);
  });

  it('go before the work of their jobs, which comes with the next request', async () => {
    const session = fakeSession();
    session.ports.jobs.put(jobOf({ id: 'urgent', ...urgent }), jobOf({ id: 'other', task: unbindTaskOf(2) }));

    expect((await begin(session)).items).toEqual(['pending_answer urgent', 'fresh 2']);
  });
});

it('a plan in the backlog is dropped when this request takes away what it counts on', async () => {
  const event = jobOf({ id: 'event', lane: 'sweep', task: { kind: 'activity_changed', activityId: 1 } });
  const backlog = [{ job: event, planned: plannedOf([stepOf(1)]) }];
  const session = fakeSession({ backlog });
  session.ports.api.places = 1;
  session.ports.jobs.put(jobOf({ task: unbindTaskOf(1) }));

  expect((await begin(session)).items).toEqual(['fresh 1']);
  expect(session.backlog).toEqual([]);
});
