import { afterEach, expect, test } from '@jest/globals';
import type { SimulatedPortal } from '../../lib/simulator/simulated-portal.ts';
import { servePortal } from '../../lib/worker/serve-portal.ts';
import { robotTrigger, type Trigger } from '../support/faults/deliver-triggers.ts';
import type { Fate, PortCall } from '../support/faults/watch-port.ts';
import { openVirtualStage, type VirtualStage } from '../support/virtual/virtual-stage.ts';
import { openWorkerSandbox } from '../support/virtual/worker-sandbox.ts';

// Bugs of the worker that runs under random faults once found, each in the smallest case that shows it.

let stage: VirtualStage;
afterEach(() => stage.close());

async function open(activities: number): Promise<SimulatedPortal> {
  stage = await openVirtualStage({
    seed: 'deaths and second writers',
    count: 1,
    seedOf: () => ({ activities: [{ id: 1, count: activities, bindings: ['deal:1', 'contact:1'] }] }),
  });
  const [portal] = stage.portals;
  if (portal === undefined) throw new Error('no portal');
  return portal;
}

const ALWAYS = { allows: () => true };

const robot = (portal: SimulatedPortal, activityIds: readonly number[]): Promise<Trigger> =>
  robotTrigger(portal, { element: 'deal:1', properties: { activity_id: activityIds.map(String) } });

const statuses = async (portal: SimulatedPortal) => (await stage.outcomesOf(portal)).map(({ status }) => status).sort();

test('a job whose reads failed for a while is not given up because workers of its portal died', async () => {
  const portal = await open(1);
  const { clock, context, deliver } = stage;
  const { stores } = context;
  const { ports } = openWorkerSandbox(context, 'worker');
  const serve = () => servePortal(ports, portal.memberId, ALWAYS);
  portal.script({ method: 'crm.activity.list', kind: 'close', times: 5 });

  await clock.drive(async () => {
    await deliver(await robot(portal, []));
    for (let round = 0; round < 20; round += 1) {
      const reads = portal.ledger.requests.filter(({ method }) => method === 'crm.activity.list').length;
      if (reads === 5) {
        for (const owner of ['one', 'two', 'three']) {
          const dead = { owner, until: clock.now() - 5_000 };
          await clock.track(() => stores.portals.beginServing(portal.memberId, dead, clock.now() - 5_000));
        }
      }
      await serve();
      await clock.sleep(60_000);
    }
  });

  expect(await statuses(portal)).toEqual(['unbound']);
});

test('two robots that ask for the same in one lost batch are not both told that they removed the binding', async () => {
  const portal = await open(1);
  const triggers = [await robot(portal, [1]), await robot(portal, [1])];
  portal.script({ method: 'batch', when: 'after', kind: 'close' });

  await stage.run(async () => {
    await Promise.all(triggers.map(stage.deliver));
    await stage.settled();
  });

  expect(portal.ledger.changes.filter(({ kind }) => kind === 'binding_removed')).toHaveLength(1);
  expect(await statuses(portal)).toEqual(['already_unbound', 'unbound']);
});

test('if two workers serve a portal at the same time, the outcome is that of the one that removed the binding', async () => {
  const portal = await open(1);
  const { clock, context } = stage;
  const workers = ['one', 'two'].map((name) => openWorkerSandbox(context, name));

  await clock.drive(async () => {
    await stage.deliver(await robot(portal, [1]));
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(workers.map(({ ports }) => servePortal(ports, portal.memberId, ALWAYS)));
      await clock.sleep(5_000);
    }
  });

  expect(await statuses(portal)).toEqual(['unbound']);
});

// The stored intent alone counts as an attempt, so a refusal could be taken for a success that nobody has seen. Asking once
// more when the activity is not found is safe, and tells the truth.
test('a refusal stays a refusal when a worker died before it sent the request', async () => {
  const portal = await open(1);
  const { clock, context, deliver } = stage;
  const mortal = { ...context, fateOf: ({ port }: PortCall): Fate => (port === 'rest' ? 'killed before' : 'fine') };
  const [doomed, next] = [openWorkerSandbox(mortal, 'doomed'), openWorkerSandbox(context, 'next')];

  await clock.drive(async () => {
    await deliver(await robot(portal, [404]));
    await Promise.race([servePortal(doomed.ports, portal.memberId, ALWAYS), doomed.life.ended]);
    for (let round = 0; round < 5; round += 1) {
      await clock.sleep(60_000);
      await servePortal(next.ports, portal.memberId, ALWAYS);
    }
  });

  expect(await statuses(portal)).toEqual(['refused']);
});
