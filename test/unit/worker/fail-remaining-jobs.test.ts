import { beforeEach, describe, expect, it } from '@jest/globals';
import { failRemainingJobs } from '../../../lib/worker/fail-remaining-jobs.ts';
import { newOpenIntent } from '../../../lib/worker/request/open-intent.ts';
import { fakeSession } from '../../support/worker/fake-session.ts';
import { attemptOf, intentOf, jobOf, NOW, PORTAL, unbindTaskOf } from '../../support/worker/samples.ts';

const ALWAYS = { allows: () => true };

let session: ReturnType<typeof fakeSession>;
beforeEach(() => {
  session = fakeSession();
  session.ports.portals.set({ uninstalledAt: NOW });
});

const stored = (id = 'job') => session.ports.jobs.jobs.get(id);
const recorded = () => [...session.ports.outcomes.outcomes.values()];

describe('after the application was removed', () => {
  it.each([
    ['every named activity', unbindTaskOf(1, 2, 3), null, [1, 2, 3]],
    ['those behind its checkpoint', unbindTaskOf(1, 2, 3), { next: 2 }, [3]],
    ['none: only the portal knows which', { ...unbindTaskOf(), activities: 'all' }, null, []],
    ['none: a sweep names no activity', { kind: 'sweep' }, null, []],
  ] as const)('a job fails with outcomes of %s', async (_case, task, cursor, activities) => {
    session.ports.jobs.put(jobOf({ task, cursor, dueAt: NOW + 86_400_000 }));

    expect(await failRemainingJobs(session, ALWAYS)).toEqual({ kind: 'idle' });
    expect(stored()).toMatchObject({ phase: 'failed', code: 'APPLICATION_UNINSTALLED' });
    expect(recorded().map(({ activityId }) => activityId)).toEqual(activities);
    expect(recorded().every(({ status, code }) => status === 'failed' && code === 'APPLICATION_UNINSTALLED')).toBe(
      true,
    );
  });

  it.each([
    [{ unbound: 2 }, 'finished'],
    [{ unbound: 1, failed: 1 }, 'failed'],
  ])('a job that owes only its answer ends as its work has: %j', async (counts, phase) => {
    session.ports.jobs.put(jobOf({ phase: 'answering', eventToken: 'token', counts }));

    await failRemainingJobs(session, ALWAYS);

    expect(stored()).toMatchObject({ phase, counts, code: null });
    expect(session.ports.api.sent).toEqual([]);
  });

  it('a command that is in doubt has failed, and its intent is closed', async () => {
    const job = jobOf();
    session.ports.jobs.put(job);
    session.openIntents.push(newOpenIntent(intentOf([attemptOf({ state: 'unanswered', attempts: 1 })], job)));

    await failRemainingJobs(session, ALWAYS);

    expect(recorded()).toMatchObject([{ activityId: 999, status: 'failed', attempts: 1 }]);
    expect(session.openIntents).toEqual([]);
  });

  it('all lanes are ended, however many jobs there are', async () => {
    const lanes = ['robot', 'event', 'sweep'] as const;
    for (const lane of lanes)
      for (let index = 0; index < 60; index++) session.ports.jobs.put(jobOf({ id: `${lane}-${index}`, lane }));

    expect(await failRemainingJobs(session, ALWAYS)).toEqual({ kind: 'idle' });
    expect(session.ports.logged.at(-1)).toEqual({ name: 'portal_ended', portal: PORTAL, jobs: 180 });
  });
});

describe('the remaining jobs are kept', () => {
  it('when the application is installed again before', async () => {
    await session.ports.portals.setUninstalled(PORTAL, null);
    session.ports.jobs.put(jobOf());

    expect(await failRemainingJobs(session, ALWAYS)).toEqual({ kind: 'more' });
    expect(stored()?.phase).toBe('waiting');
  });

  it('when the application is installed again while they are read', async () => {
    session.ports.jobs.put(jobOf());
    const renewIfNeeded = () => session.ports.portals.setUninstalled(PORTAL, null);

    const rest = await failRemainingJobs({ ...session, lock: { ...session.lock, renewIfNeeded } }, ALWAYS);

    expect([rest, stored()?.phase]).toEqual([{ kind: 'more' }, 'waiting']);
  });

  it('for the next worker when the time is up', async () => {
    session.ports.jobs.put(jobOf());

    expect(await failRemainingJobs(session, { allows: () => false })).toEqual({ kind: 'more' });
    expect(stored()?.phase).toBe('waiting');
  });
});
