import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { servePortal } from '../../lib/worker/serve-portal.ts';
import type { WorkerPorts } from '../../lib/worker/worker-ports.ts';
import { ALWAYS, DEAL, unbindTask } from '../support/worker/bench.ts';
import { type FaultBench, faultBench, UNBOUND } from '../support/worker/fault-bench.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

const FROZEN_MS = 600_000;

/** Ports whose owner is frozen right before the first call of a method, until it is thawed. */
function freezingAt(port: 'jobs' | 'intents' | 'outcomes', method: string) {
  const frozen = Promise.withResolvers<void>();
  const thawed = Promise.withResolvers<void>();
  let pending = true;
  const freezing: object = new Proxy(bench.ports[port], {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name === 'inEpoch') {
        return (epoch: number) => {
          const store = Object(Reflect.apply(member, target, [epoch]));
          return new Proxy(store, { get: (_, inner) => freeze(store, inner) });
        };
      }
      return freeze(target, name);
    },
  });
  const freeze = (target: object, name: string | symbol): unknown => {
    const member: unknown = Reflect.get(target, name, target);
    if (typeof member !== 'function') return member;
    return async (...args: unknown[]) => {
      if (name === method && pending) {
        pending = false;
        frozen.resolve();
        await thawed.promise;
      }
      return await Reflect.apply(member, target, args);
    };
  };
  return { ports: { ...bench.ports, [port]: freezing } as WorkerPorts, frozen: frozen.promise, thaw: thawed.resolve };
}

/** Everything that is stored of portals and jobs. */
async function stored(): Promise<unknown[]> {
  const { tables } = bench.aws.config;
  const scans = [tables.jobs, tables.portals].map((TableName) =>
    bench.aws.clients.dynamo.send(new ScanCommand({ TableName, ConsistentRead: true })),
  );
  return (await Promise.all(scans)).map(({ Items }) => Items);
}

/** Lets another worker serve the portal while the first one is frozen; what is stored then must be there after the thaw. */
async function thawAfter(serve: () => Promise<unknown>, first: Promise<unknown>, thaw: () => void): Promise<void> {
  bench.clock.jumpTo(bench.clock.now() + FROZEN_MS);
  await serve();
  const before = await stored();
  thaw();
  await first;
  expect(await stored()).toEqual(before);
}

it.each([
  ['stores what has become of its job', 'jobs', 'advance'],
  ['closes its intent', 'intents', 'close'],
  ['records its outcome', 'outcomes', 'record'],
] as const)(
  'a worker that is frozen before it %s, and thaws ten minutes later, changes nothing',
  async (_case, port, method) => {
    const { ports, frozen, thaw } = freezingAt(port, method);
    await bench.add(unbindTask(bench.activity));

    const first = servePortal(ports, bench.portal.memberId, ALWAYS);
    await frozen;
    await thawAfter(bench.drain, first, thaw);

    expect(await bench.statuses()).toEqual(UNBOUND);
    expect(bench.removals()).toBe(1);
  },
);

it('a worker that is frozen before it puts off its job does not put it off when another one has done so', async () => {
  const { ports, frozen, thaw } = freezingAt('jobs', 'postpone');
  const { memberId } = bench.portal;
  bench.portal.script({ method: 'crm.activity.list', kind: 'close', times: 8 });
  await bench.add({ kind: 'unbind', element: DEAL, activities: 'all', filter: null });

  const first = servePortal(ports, memberId, ALWAYS);
  await frozen;
  await thawAfter(() => servePortal(bench.ports, memberId, ALWAYS), first, thaw);

  await bench.drain();
  expect(await bench.statuses()).toEqual(UNBOUND);
});

it('a worker that is frozen before it sends its request does not send it when it thaws', async () => {
  const { ports, frozen, thaw } = freezingAt('intents', 'write');
  await bench.add(unbindTask(bench.activity));

  const first = servePortal(ports, bench.portal.memberId, ALWAYS);
  await frozen;
  bench.clock.jumpTo(bench.clock.now() + FROZEN_MS);
  await bench.drain();
  const requests = bench.portal.ledger.requests.length;
  thaw();
  await first;

  expect(bench.portal.ledger.requests).toHaveLength(requests);
  // What it had stored meanwhile is understood by the next worker, which needs no request for it.
  await bench.drain();
  expect(bench.portal.ledger.requests).toHaveLength(requests);
  expect(await bench.statuses()).toEqual(UNBOUND);
  expect(await bench.aws.stores.intents.listOpen(bench.portal.memberId)).toEqual([]);
});
