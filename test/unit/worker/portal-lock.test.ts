import { beforeEach, describe, expect, it } from '@jest/globals';
import { acquireLock, type HeldLock, LockLost } from '../../../lib/worker/portal-lock.ts';
import { type FakePorts, fakePorts } from '../../support/worker/fake-session.ts';
import { NOW, PORTAL } from '../../support/worker/samples.ts';

let ports: FakePorts;
beforeEach(() => {
  ports = fakePorts();
});

async function acquired(): Promise<HeldLock> {
  const lock = await acquireLock(ports, PORTAL);
  if (lock === null) throw new Error('the lock was not free');
  return lock;
}

describe('taking the lock', () => {
  it('makes this worker the owner for 50 s and counts a beginning', async () => {
    const { owner } = await acquired();

    expect(ports.portals.row()).toMatchObject({ lock: { owner, until: NOW + 50_000 }, begun: 1 });
  });

  it.each([
    ['lasts a ms more', 1, false],
    ['has ended, by this clock', 0, false],
    ['has ended for almost all clocks', -4_999, false],
    ['has ended for every clock', -5_000, true],
  ])('of a portal whose lock of another worker %s: %#', async (_case, ms, taken) => {
    ports.portals.set({ lock: { owner: 'other', until: NOW + ms } });

    expect((await acquireLock(ports, PORTAL)) !== null).toBe(taken);
  });

  it('gives every serving an owner of its own', async () => {
    const first = await acquired();
    ports.clock.jumpTo(NOW + 55_000);

    expect((await acquired()).owner).not.toBe(first.owner);
  });
});

describe('the lock, before a request,', () => {
  it.each([
    ['is not renewed while it lasts for the request', 10_000, []],
    ['is renewed when it would not last for the request', 10_001, [NOW + 60_001]],
    ['is renewed when it has run out', 90_000, [NOW + 140_000]],
  ])('%s', async (_case, passed, renewals) => {
    const lock = await acquired();
    ports.clock.jumpTo(NOW + passed);

    await lock.renewIfNeeded();

    expect(ports.portals.renewals).toEqual(renewals.map((until) => ({ owner: lock.owner, until })));
  });

  it('lasts 50 s from each renewal', async () => {
    const lock = await acquired();
    for (const seconds of [15, 20, 30, 45]) {
      ports.clock.jumpTo(NOW + seconds * 1_000);
      await lock.renewIfNeeded();
    }

    expect(ports.portals.renewals.map(({ until }) => (until - NOW) / 1_000)).toEqual([65, 80, 95]);
  });

  it('is lost when another worker has it', async () => {
    const lock = await acquired();
    ports.clock.jumpTo(NOW + 55_000);
    await acquired();

    await expect(lock.renewIfNeeded()).rejects.toThrow(LockLost);
  });
});
