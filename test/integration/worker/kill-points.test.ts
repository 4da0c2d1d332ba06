import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { jsonLinesLog } from '../../../lib/log.ts';
import { type Ports, portsOf, wireWorker } from '../../../lib/runtime/wire-worker.ts';
import { servePortal } from '../../../lib/worker/serve-portal.ts';
import type { WorkerPorts } from '../../../lib/worker/worker-ports.ts';
import { ALWAYS, unbindTask, type WorkerBench, workerBench } from '../../support/worker/bench.ts';

let bench: WorkerBench;
beforeAll(async () => {
  bench = await workerBench();
});
afterAll(() => bench.close());

/** The ports whose calls are killed. One that is missing here makes the test fail: it would not be proven. */
const PORTS = [
  'client',
  'exemptions',
  'grants',
  'intents',
  'jobs',
  'leases',
  'oauth',
  'outcomes',
  'ownChanges',
  'portals',
];
/** Not called for this job: by the ingress or the schedule, or for runs of rules only. */
const NOT_ASKED_FOR = ['wakeUps', 'pendingGrants', 'runs', 'plans'];

type Call = { readonly port: string; readonly method: string };

/** Counts the calls through all ports. The process dies before or after call number `at`: from then on nothing works. */
function mortal(ports: Ports, at: number, when: 'before' | 'after', calls: Call[]): Ports {
  let dead = false;
  const dies = (): never => {
    dead = true;
    throw new Error('killed');
  };
  const wrap = (port: string, target: object): object =>
    new Proxy(target, {
      get(_, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        if (name === 'inEpoch') return (epoch: number) => wrap(port, Object(Reflect.apply(member, target, [epoch])));
        return async (...args: unknown[]) => {
          if (dead) throw new Error('killed');
          const mine = calls.push({ port, method: String(name) });
          if (mine === at && when === 'before') dies();
          const result: unknown = await Reflect.apply(member, target, args);
          if (dead) throw new Error('killed');
          if (mine === at) dies();
          return result;
        };
      },
    });
  return Object.fromEntries(Object.entries(ports).map(([port, target]) => [port, wrap(port, target)])) as Ports;
}

const portsWith = (wrap: (ports: Ports) => Ports): WorkerPorts => {
  const runtime = {
    config: { ...bench.aws.config, allowHttp: true, oauthHosts: [bench.portal.oauth.url] },
    log: jsonLinesLog(() => undefined, bench.clock.now),
    clock: bench.clock,
  };
  return wireWorker(runtime, wrap(portsOf(runtime))).worker;
};

let number = 0;
/**
 * One robot's job with an expired token: two bindings to remove, and one that is refused. A binding that never existed is
 * left out: after a call without an answer nobody can tell it from one that we removed, and D§3 calls both `unbound`.
 */
async function scene(): Promise<number> {
  const first = 10_000 + ++number * 10;
  bench.portal.seed({
    activities: [
      { id: first, count: 2, bindings: ['deal:1', 'contact:5'] },
      { id: first + 2, bindings: ['deal:1'] },
    ],
    workflows: [],
  });
  bench.portal.resetLedger();
  bench.portal.expireTokens();
  const eventToken = `w${number}|a|b.sig`;
  await bench.add(unbindTask(first, first + 1, first + 2), { id: `robot:${number}`, eventToken });
  return first;
}

type Account = {
  readonly statuses: readonly string[];
  readonly removals: number;
  readonly answered: boolean;
};

async function account(first: number): Promise<Account> {
  const outcomes = await Promise.all([0, 1, 2].map((index) => bench.outcomes(first + index)));
  return {
    statuses: outcomes.map((own) => own.map(({ status }) => status).join(' and ')),
    removals: bench.removals(),
    answered: bench.executed('bizproc.event.send') + bench.calls('bizproc.event.send') > 0,
  };
}

const EXPECTED = { statuses: ['unbound', 'unbound', 'refused'], removals: 2, answered: true };

it('a worker that is killed before or after any call through a port leaves nothing undone and nothing done twice', async () => {
  // With single-use tokens one case is unavoidable, see below.
  bench.portal.oauth.settings.rotation = 'grace';
  // A rule that matches nothing here: only with rules are the events of our own changes expected.
  await bench.aws.stores.portals.writeRules(
    bench.portal.memberId,
    JSON.stringify([{ name: 'leads', element: 'lead' }]),
  );
  const calls: Call[] = [];
  const undisturbed = await scene();
  await bench.drain(portsWith((ports) => mortal(ports, 0, 'before', calls)));
  expect(await account(undisturbed)).toEqual(EXPECTED);
  const total = calls.length;

  const deviations: string[] = [];
  for (let at = 1; at <= total; at++) {
    for (const when of ['before', 'after'] as const) {
      const seen: Call[] = [];
      const first = await scene();
      const dying = portsWith((ports) => mortal(ports, at, when, seen));
      await expect(bench.drain(dying).then(() => Promise.reject(new Error('killed')))).rejects.toThrow('killed');

      await bench.drain();

      const { port, method } = seen[at - 1] ?? { port: '?', method: '?' };
      const result = await account(first);
      if (JSON.stringify(result) !== JSON.stringify(EXPECTED))
        deviations.push(`${when} ${port}.${method}: ${JSON.stringify(result)}`);
    }
  }
  console.log(`${total} calls through ports, killed before and after each: ${deviations.length} deviations`);
  expect(deviations).toEqual([]);
  expect([...new Set(calls.map(({ port }) => port))].toSorted()).toEqual(PORTS);
});

it('every port of the worker is among those that are killed', () => {
  const runtime = { config: bench.aws.config, log: jsonLinesLog(() => undefined, bench.clock.now), clock: bench.clock };

  const known = new Set([...PORTS, ...NOT_ASKED_FOR]);
  expect(Object.keys(portsOf(runtime)).filter((port) => !known.has(port))).toEqual([]);
});

it('a worker that is killed before it stores a new token loses the grant: one alarm, and an instruction', async () => {
  bench.portal.oauth.settings.rotation = 'strict';
  const first = await scene();
  const calls: Call[] = [];
  await bench.drain(portsWith((ports) => mortal(ports, 0, 'before', calls)));
  expect(await account(first)).toEqual(EXPECTED);
  const refresh = calls.findIndex(({ port, method }) => port === 'oauth' && method === 'refresh') + 1;
  await scene();

  await expect(
    servePortal(
      portsWith((ports) => mortal(ports, refresh, 'after', [])),
      bench.portal.memberId,
      ALWAYS,
    ),
  ).rejects.toThrow('killed');
  bench.clock.jumpTo(bench.clock.now() + 120_000);
  await bench.drain();

  const alarms = bench.logged.filter((line) => line.includes('"alarm":true'));
  expect(alarms).toHaveLength(1);
  expect((await bench.aws.stores.portals.read(bench.portal.memberId))?.stop?.code).toBe('GRANT_DEAD');
});
