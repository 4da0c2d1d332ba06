import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Ask, NOTHING_LEFT, PortalStopped } from '../../../lib/jobs/planner.ts';
import { servePortal } from '../../../lib/worker/serve-portal.ts';
import { type FakePorts, fakePorts } from '../../support/worker/fake-session.ts';
import {
  attemptOf,
  errorOf,
  intentOf,
  jobOf,
  NOW,
  PORTAL,
  resultOf,
  unbindTaskOf,
} from '../../support/worker/samples.ts';

const ALWAYS = { allows: () => true };
const LEFT = { kind: 'idle', wakeAt: null };
const STOP = { code: 'OVERLOAD_LIMIT', since: NOW - 1_000, probeAt: NOW, probes: 0 };

let ports: FakePorts;
beforeEach(() => {
  ports = fakePorts();
});
const serve = () => servePortal(ports, PORTAL, ALWAYS);

/** Jobs that are done one after the other, each in a request of its own that takes `ms`. */
function slowJobs(count: number, ms: number, meanwhile: (request: number) => void): void {
  ports.jobs.put(...Array.from({ length: count }, (_, index) => jobOf({ id: `job-${index}` })));
  ports.api.places = 1;
  ports.api.answer = () => {
    ports.clock.jumpTo(ports.clock.now() + ms);
    meanwhile(ports.api.sent.length);
    return resultOf(true);
  };
}

describe('a portal', () => {
  it('that is not known has nothing to do', async () => {
    expect(await servePortal(ports, 'unknown', ALWAYS)).toEqual(LEFT);
  });

  it('that another worker serves is left to it, and nothing of it is touched', async () => {
    ports.portals.set({ lock: { owner: 'other', until: NOW + 20_000 }, wokenAt: NOW - 1 });
    ports.jobs.put(jobOf());

    expect(await serve()).toEqual(LEFT);
    expect(ports.portals.row().wokenAt).toBe(NOW - 1);
    expect(ports.api.sent).toEqual([]);
    expect(ports.portals.row().lock?.owner).toBe('other');
  });

  it.each([
    ['paused', { paused: true }, 0],
    ['stopped until later', { stop: { ...STOP, probeAt: NOW + 1 } }, 0],
    ['stopped until now', { stop: STOP }, 1],
    ['neither', {}, 1],
  ])('that is %s is sent so many requests: %#', async (_case, state, requests) => {
    ports.portals.set(state);
    ports.jobs.put(jobOf());

    await serve();

    expect(ports.api.sent).toHaveLength(requests);
  });

  it('is released with its budget, and with no beginning counted, when its worker ends', async () => {
    ports.portals.set({ begun: 2 });
    ports.jobs.put(jobOf());

    expect(await serve()).toEqual(LEFT);
    expect(ports.portals.row()).toMatchObject({ begun: 0, budget: { level: 1 } });
    expect(ports.portals.row().lock).toBeUndefined();
  });

  it('keeps the beginning counted when its worker breaks', async () => {
    ports.portals.set({ begun: 2 });
    const broken = { ...ports, openPortal: () => Promise.reject(new Error('broken')) };

    await expect(servePortal(broken, PORTAL, ALWAYS)).rejects.toThrow('broken');
    expect(ports.portals.row().begun).toBe(3);
  });

  it('has more to do when the time is up', async () => {
    ports.jobs.put(jobOf());

    expect(await servePortal(ports, PORTAL, { allows: () => false })).toEqual({ kind: 'more', wakeAt: NOW });
  });
});

describe('a busy worker', () => {
  it.each([
    ['paused', () => ports.portals.set({ paused: true })],
    ['uninstalled', () => ports.portals.set({ uninstalledAt: NOW })],
    ['removed', () => void ports.portals.remove(PORTAL)],
  ])('notices within seconds that its portal was %s', async (_case, happens) => {
    slowJobs(20, 1_000, (request) => {
      if (request === 3) happens();
    });

    expect(await serve()).toEqual(LEFT);
    // Looked at every five seconds: after the fifth request.
    expect(ports.api.sent).toHaveLength(5);
  });

  it('renews its lock while it works', async () => {
    slowJobs(6, 6_000, () => {});

    await serve();

    expect(ports.portals.renewals.map(({ until }) => (until - NOW) / 1_000)).toEqual([62, 74]);
  });

  it('sends nothing more when another worker has its lock', async () => {
    slowJobs(6, 12_000, (request) => {
      if (request === 2) ports.portals.set({ lock: { owner: 'other', until: NOW + 100_000 } });
    });

    expect(await serve()).toEqual(LEFT);
    expect(ports.api.sent).toHaveLength(2);
    expect(ports.portals.row().lock?.owner).toBe('other');
  });
});

it('a worker that has lost its lock while it planned reads nothing, and leaves its jobs alone', async () => {
  ports.jobs.put(jobOf());
  const planners = {
    ...ports.planners,
    unbind: async (_job: unknown, ask: Ask) => {
      ports.portals.set({ lock: { owner: 'other', until: NOW + 100_000 } });
      ports.clock.jumpTo(NOW + 55_000);
      await ask({ method: 'crm.activity.list', params: {} });
      return NOTHING_LEFT;
    },
  };

  expect(await servePortal({ ...ports, planners }, PORTAL, ALWAYS)).toEqual(LEFT);
  expect(ports.api.sent).toEqual([]);
  expect(ports.jobs.jobs.get('job')).toEqual(jobOf());
});

describe('a portal that wakes itself up again and again', () => {
  const ONCE = { allows: () => false };

  it('without doing anything is left alone for a while, with an alarm', async () => {
    ports.jobs.put(jobOf());
    for (let turn = 0; turn < 16; turn += 1) {
      expect(await servePortal(ports, PORTAL, ONCE, [NOW])).toMatchObject({ kind: 'more' });
    }
    expect(ports.logged).toEqual([]);

    expect(await servePortal(ports, PORTAL, ONCE, [NOW])).toMatchObject({
      kind: 'rest',
      until: NOW + 900_000,
      whole: false,
    });
    expect(ports.logged).toEqual([{ name: 'no_progress', portal: PORTAL, turns: 16, alarm: true }]);
    expect(ports.portals.row().idleTurns).toBe(0);
  });

  it('is served on while every turn does something', async () => {
    ports.jobs.put(...Array.from({ length: 40 }, (_, index) => jobOf({ id: `job-${index}` })));
    ports.api.places = 1;
    let turns = 0;
    for (let left = 'more'; left !== 'idle' && turns < 200; turns += 1) {
      const { length } = ports.api.sent;
      left = (await servePortal(ports, PORTAL, { allows: () => ports.api.sent.length === length })).kind;
    }

    expect(turns).toBeGreaterThanOrEqual(40);
    expect(ports.api.sent).toHaveLength(40);
    expect(ports.logged.filter(({ name }) => name === 'no_progress')).toEqual([]);
  });
});

describe('a portal that cannot be served', () => {
  it.each([
    [null, 0, 900_000],
    [STOP, 1, 1_800_000],
    [{ ...STOP, probes: 4 }, 5, 28_800_000],
    [{ ...STOP, probes: 5 }, 6, 43_200_000],
  ])('is probed ever more rarely (%#)', async (before, probes, delay) => {
    ports.portals.set({ stop: before });
    ports.jobs.put(jobOf());
    ports.api.answer = () => errorOf('OVERLOAD_LIMIT', 503);

    expect(await serve()).toEqual(LEFT);
    expect(ports.portals.row().stop).toEqual({
      code: 'OVERLOAD_LIMIT',
      since: before?.since ?? NOW,
      probeAt: NOW + delay,
      probes,
    });
    expect(ports.logged.filter(({ name }) => name === 'portal_stopped')).toMatchObject([{ alarm: before === null }]);
  });

  it('is stopped by its planning as well, and keeps its jobs', async () => {
    ports.jobs.put(jobOf());
    const planners = { ...ports.planners, unbind: () => Promise.reject(new PortalStopped('GRANT_DEAD')) };

    await servePortal({ ...ports, planners }, PORTAL, ALWAYS);

    expect(ports.portals.row().stop?.code).toBe('GRANT_DEAD');
    expect(ports.jobs.jobs.get('job')).toMatchObject({ phase: 'waiting', failures: 0 });
  });

  it('is served again, with whole requests, once a single call was answered', async () => {
    ports.portals.set({ stop: STOP });
    for (const id of [1, 2, 3]) ports.jobs.put(jobOf({ id: `job-${id}`, task: unbindTaskOf(id) }));

    await serve();

    expect(ports.portals.row().stop).toBeNull();
    expect(ports.api.sent.map((calls) => calls.length)).toEqual([1, 2]);
  });
});

describe('work that an earlier worker left', () => {
  it('is settled by reading, not sent again', async () => {
    const job = jobOf();
    ports.jobs.put(job);
    await ports.intents.write(intentOf([attemptOf({ state: 'unanswered', tried: true, attempts: 1 })], job));
    ports.api.answer = () => resultOf([{ entityTypeId: 3, entityId: 5 }]);

    await serve();

    expect(ports.api.sent.flat().map(({ method }) => method)).toEqual(['crm.activity.binding.list']);
    expect([...ports.outcomes.outcomes.values()]).toMatchObject([{ status: 'unbound' }]);
    expect(ports.intents.intents.size).toBe(0);
  });

  it.each([
    [2, [2]],
    [3, [1, 1]],
  ])('by dying %d times makes the next one careful: %j jobs at a time', async (begun, sizes) => {
    ports.portals.set({ begun });
    ports.jobs.put(jobOf({ id: 'one' }), jobOf({ id: 'two', task: unbindTaskOf(1000) }));

    await serve();

    expect(ports.api.sent.map((calls) => calls.length)).toEqual(sizes);
  });
});
