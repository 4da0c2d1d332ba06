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
