import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { systemClock } from '../../lib/clock.ts';
import { jsonLinesLog } from '../../lib/log.ts';
import { wireWorker } from '../../lib/runtime/wire-worker.ts';
import { servePortal } from '../../lib/worker/serve-portal.ts';
import type { WorkerPorts } from '../../lib/worker/worker-ports.ts';
import { type Staging, stage } from '../support/stage/staging.ts';

let staging: Staging;
beforeAll(async () => {
  staging = await stage();
});
afterAll(() => staging.close());

const ALWAYS = { allows: () => true };
const silent = jsonLinesLog(() => undefined, systemClock.now);
const workerPorts = (): WorkerPorts =>
  wireWorker({ config: staging.stack.config, log: silent, clock: systemClock }).worker;

/** A worker that ends, as if killed, when it is about to call one method of a port. */
function dyingAt(port: 'outcomes' | 'jobs' | 'intents', method: string): WorkerPorts {
  const ports = workerPorts();
  const mortal: object = new Proxy(ports[port], {
    get(target, name) {
      // The same store for one serving.
      if (name === 'inEpoch') return () => mortal;
      if (name === method) return () => Promise.reject(new Error('killed'));
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  return { ...ports, [port]: mortal };
}

let activity = 2000;
/** A job without a wake-up: the running stack does not touch it. */
async function addJob(): Promise<number> {
  activity += 1;
  staging.scene({ activities: [{ id: activity, bindings: ['deal:1', 'contact:5'] }] });
  staging.portal.crm().subscriptions.length = 0;
  const element = { entityTypeId: 2, entityId: 1 };
  const task = { kind: 'unbind', element, activities: [activity], filter: null } as const;
  const job = {
    portal: staging.portal.memberId,
    id: `cli:${activity}`,
    lane: 'robot',
    trigger: 'cli',
    cause: 'test',
  } as const;
  await staging.stack.stores.jobs.add({ ...job, task }, systemClock.now());
  return activity;
}

const statusesOf = async (id: number) =>
  (await staging.outcomes()).filter(({ activityId }) => activityId === id).map(({ status }) => status);

it.each([
  ['records the outcome', 'outcomes', 'record'],
  ['advances the job', 'jobs', 'advance'],
  ['closes the intent', 'intents', 'close'],
] as const)(
  'a worker that dies before it %s has still unbound: the next one says so, with one deletion',
  async (_name, port, method) => {
    const id = await addJob();
    const { memberId } = staging.portal;

    await expect(servePortal(dyingAt(port, method), memberId, ALWAYS)).rejects.toThrow('killed');
    await servePortal(workerPorts(), memberId, ALWAYS);

    expect(await statusesOf(id)).toEqual(['unbound']);
    expect(staging.calls('crm.activity.binding.delete')).toBe(1);
    expect(await staging.stack.stores.jobs.nextDueAt(memberId)).toBeNull();
    expect(await staging.stack.stores.intents.listOpen(memberId)).toEqual([]);
  },
);

it('what was refused before a worker died is not asked again', async () => {
  const id = await addJob();
  staging.scene({ activities: [{ id, bindings: ['deal:1'] }] });
  const { memberId } = staging.portal;

  await expect(servePortal(dyingAt('jobs', 'advance'), memberId, ALWAYS)).rejects.toThrow('killed');
  await servePortal(workerPorts(), memberId, ALWAYS);

  expect(await statusesOf(id)).toEqual(['refused']);
  expect(staging.calls('crm.activity.binding.delete')).toBe(1);
  expect(staging.requests()).toBe(1);
});

it('a deletion whose answer is lost is resolved by reading, not reported as an error', async () => {
  const id = await addJob();
  staging.portal.script({ method: 'crm.activity.binding.delete', when: 'after', kind: 'close' });

  const rest = await servePortal(workerPorts(), staging.portal.memberId, ALWAYS);
  if (rest.kind === 'rest') await systemClock.sleep(rest.until - systemClock.now());
  await servePortal(workerPorts(), staging.portal.memberId, ALWAYS);

  expect(await statusesOf(id)).toEqual(['unbound']);
  expect(staging.calls('crm.activity.binding.delete')).toBe(1);
});
