import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultKind } from '../../../lib/simulator/fault-script.ts';
import { unbindTask } from '../../support/worker/bench.ts';
import { DELETE, type FaultBench, faultBench, LIST, UNBOUND } from '../../support/worker/fault-bench.ts';

const SEND = 'bizproc.event.send';
/** A robot waits for 3 s and one request. */
const LONGEST_WAIT_MS = 3_000;

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

const everywhere = (method: string, params: { [name: string]: string | number }, kind: FaultKind) => {
  for (const inBatch of [true, false]) bench.portal.script({ method, params, inBatch, times: 1_000_000, kind });
};

/** Robots come in, each half a minute after the one before; returns the longest that one of them waited, ms. */
async function longestWait(robots: number): Promise<number> {
  const waits: number[] = [];
  for (let n = 0; n < robots; n++) {
    await bench.serveUntil(bench.clock.now() + 30_000);
    const arrived = bench.clock.now();
    await bench.add(unbindTask(bench.activity + 50 + n));
    await bench.serveWhenWoken();
    const [outcome] = await bench.outcomes(bench.activity + 50 + n);
    waits.push(Date.parse(outcome?.at ?? '') - arrived);
  }
  return Math.max(...waits);
}

const KINDS: readonly (readonly [string, FaultKind])[] = [
  ['a server error', { error: { code: 'INTERNAL_SERVER_ERROR', status: 500 } }],
  ['HTML 500, of which the whole batch dies', { status: 500, body: '<html>500</html>' }],
  ['no answer, of which the whole batch dies', 'close'],
];

describe('one activity that always meets', () => {
  it.each(KINDS)('%s keeps no robot waiting, and fails alone', async (_name, kind) => {
    const ids = Array.from({ length: 20 }, (_, index) => bench.activity + index);
    const [poison = 0, ...others] = ids;
    everywhere(DELETE, { activityId: poison }, kind);
    await bench.add(unbindTask(...ids), { lane: 'sweep', trigger: 'cleanup' });

    const wait = await longestWait(20);
    await bench.drain();

    expect(wait).toBeLessThanOrEqual(LONGEST_WAIT_MS);
    expect((await bench.statuses(poison)).map(({ status }) => status)).toEqual(['failed']);
    for (const id of others) expect(await bench.statuses(id)).toEqual(UNBOUND);
    expect((await bench.state())?.trouble).toBeUndefined();
  });

  it('HTML 500 also when its bindings are read fails alone', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => bench.activity + index);
    const [poison = 0, ...others] = ids;
    for (const method of [DELETE, LIST]) everywhere(method, { activityId: poison }, { status: 500, body: '<html>' });
    await bench.add(unbindTask(...ids), { lane: 'event', trigger: 'event' });

    await bench.drain();

    expect((await bench.statuses(poison)).map(({ status }) => status)).toEqual(['failed']);
    for (const id of others) expect(await bench.statuses(id)).toEqual(UNBOUND);
  });
});

describe('one answer to a workflow that always meets', () => {
  it.each(KINDS)('%s keeps no robot and no other workflow waiting', async (_name, kind) => {
    everywhere(SEND, { EVENT_TOKEN: 'bad|b|c.d' }, kind);
    await bench.add(unbindTask(bench.activity), { eventToken: 'bad|b|c.d' });
    await bench.add(unbindTask(bench.activity + 1), { eventToken: 'good|b|c.d' });

    const wait = await longestWait(20);

    expect(wait).toBeLessThanOrEqual(LONGEST_WAIT_MS);
    expect(bench.executed(SEND)).toBe(1);
    await bench.drain();
  });
});

describe('lanes', () => {
  it.each(KINDS.slice(0, 2))('hold while 250 event jobs fail one by one with %s', async (_name, kind) => {
    const { activity } = bench;
    bench.portal.seed({ activities: [{ id: activity + 10_000, count: 250, bindings: ['deal:1', 'contact:5'] }] });
    for (let n = 0; n < 250; n++) {
      everywhere(DELETE, { activityId: activity + 10_000 + n }, kind);
      await bench.add(unbindTask(activity + 10_000 + n), { lane: 'event', trigger: 'event' });
    }

    expect(await longestWait(5)).toBeLessThanOrEqual(LONGEST_WAIT_MS);
  });
});
