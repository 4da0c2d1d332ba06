import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultKind } from '../../../lib/simulator/fault-script.ts';
import { unbindTask } from '../../support/worker/bench.ts';
import { type FaultBench, faultBench, UNBOUND } from '../../support/worker/fault-bench.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

const alarms = () => bench.logged.filter((line) => line.includes('"alarm":true'));

/** Every request meets this, until the faults are cleared. */
const breakDown = (kind: FaultKind) => bench.portal.script({ times: 1_000_000, kind });

describe('an outage', () => {
  it.each<[string, FaultKind, number?]>([
    ['a day of HTML 502', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['HTML 404', { status: 404, body: '<html>no such domain</html>' }, 1],
    ['no answer', 'close', 1],
    ['INTERNAL_SERVER_ERROR', { error: { code: 'INTERNAL_SERVER_ERROR', status: 500 } }, 1],
    ['CONNECTION_ERROR', { error: { code: 'CONNECTION_ERROR', status: 401 } }, 1],
  ])('of %s fails nothing, with one alarm, and ends within 4 minutes', async (_name, kind, hours = 24) => {
    const ids = Array.from({ length: 20 }, (_, index) => bench.activity + index);
    for (const id of ids) await bench.add(unbindTask(id), { lane: 'event', trigger: 'event' });
    const began = bench.clock.now();
    breakDown(kind);

    await bench.serveUntil(began + 14 * MINUTE_MS);
    const early = alarms().length;
    await bench.serveUntil(began + hours * HOUR_MS);
    const { trouble, stop } = (await bench.state()) ?? {};
    const { requests } = bench.portal.ledger;
    const gaps = requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0));
    bench.portal.clearFaults();
    const ended = bench.clock.now();
    const before = requests.length;
    await bench.drain();

    expect([early, alarms().length, stop]).toEqual([0, 1, null]);
    expect(trouble?.since).toBeLessThan(began + MINUTE_MS);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(4 * MINUTE_MS);
    expect((requests[before]?.at ?? 0) - ended).toBeLessThanOrEqual(4 * MINUTE_MS);
    for (const id of ids) expect(await bench.statuses(id)).toEqual(UNBOUND);
    expect((await bench.state())?.trouble).toBeUndefined();
  });
});

it('a day on which a portal breaks down in turns fails none of 200 jobs, which are done at the pace of the rate afterwards', async () => {
  const turns: readonly FaultKind[] = [
    { status: 502, body: '<html>Bad Gateway</html>' },
    'close',
    { status: 404, body: '<html>no such domain</html>' },
  ];
  const ids = Array.from({ length: 200 }, (_, index) => 90_000 + index);
  bench.portal.seed({ activities: [{ id: 90_000, count: ids.length, bindings: ['deal:1', 'contact:5'] }] });
  for (const id of ids) await bench.add(unbindTask(id), { lane: id % 2 === 0 ? 'robot' : 'event' });
  const began = bench.clock.now();

  for (let hour = 0; hour < 24; hour += 1) {
    bench.portal.clearFaults();
    breakDown(turns[hour % turns.length] ?? 'close');
    await bench.serveUntil(began + (hour + 1) * HOUR_MS);
  }
  bench.portal.clearFaults();
  const { requests } = bench.portal.ledger;
  const [ended, before] = [bench.clock.now(), requests.length];
  await bench.drain();

  const first = requests[before]?.at ?? 0;
  const last = requests.at(-1)?.at ?? 0;
  expect(alarms()).toHaveLength(1);
  expect(first - ended).toBeLessThanOrEqual(4 * MINUTE_MS);
  // Every command may have been in a request that died; each is looked up once more, in requests of up to 50, at two a second.
  expect(last - first).toBeLessThanOrEqual(2 * MINUTE_MS);
  for (const id of ids) expect(await bench.statuses(id)).toEqual(UNBOUND);
  expect(await Array.fromAsync(bench.aws.stores.jobs.failed(bench.portal.memberId))).toEqual([]);
});

it('a portal that was well in between is alarmed about again', async () => {
  for (const outage of [1, 2]) {
    await bench.add(unbindTask(bench.activity + outage));
    breakDown('close');
    await bench.serveUntil(bench.clock.now() + HOUR_MS);
    expect(alarms()).toHaveLength(outage);
    bench.portal.clearFaults();
    await bench.drain();
  }
});
