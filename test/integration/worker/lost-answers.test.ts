import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { servePortal } from '../../../lib/worker/serve-portal.ts';
import { ALWAYS, unbindTask } from '../../support/worker/bench.ts';
import { DELETE, type FaultBench, faultBench, UNBOUND } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

describe('a lost answer', () => {
  it('after the deletion: reading shows that it was ours, and nothing is deleted twice', async () => {
    bench.portal.script({ method: DELETE, when: 'after', kind: 'close' });
    await bench.add(unbindTask(bench.activity));

    await bench.drain();

    expect(await bench.statuses()).toEqual(UNBOUND);
    expect(bench.calls(DELETE)).toBe(1);
  });

  it('before the deletion: the deletion is sent again, 65 s later at the earliest', async () => {
    bench.portal.script({ method: DELETE, when: 'before', kind: 'close' });
    await bench.add(unbindTask(bench.activity));

    await bench.drain();

    const times = bench.portal.ledger.requests.filter(({ method }) => method === DELETE).map(({ at }) => at);
    expect(await bench.statuses()).toEqual(UNBOUND);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(65_000);
  });

  it.each([
    ['HTML of a gateway', { status: 502, body: '<html>Bad Gateway</html>', contentType: 'text/html' }],
    ['an empty body', { status: 200, body: '' }],
    ['half a JSON', { status: 200, body: '{"result":tr' }],
  ])('behind %s is resolved by reading', async (_name, kind) => {
    bench.portal.script({ method: DELETE, when: 'after', kind });
    await bench.add(unbindTask(bench.activity));

    await bench.drain();

    expect(await bench.statuses()).toEqual(UNBOUND);
    expect(bench.calls(DELETE)).toBe(1);
  });

  it('of a batch that died halfway: each command ends once, with one removal', async () => {
    bench.portal.script({ method: DELETE, inBatch: true, nth: 7, when: 'after', kind: 'close' });
    const ids = Array.from({ length: 20 }, (_, index) => bench.activity + index);
    await bench.add(unbindTask(...ids));

    await bench.drain();

    for (const id of ids) expect(await bench.statuses(id)).toEqual(UNBOUND);
    expect(bench.removals()).toBe(20);
    expect(bench.executed(DELETE)).toBe(20);
  });

  it('belongs to one of two commands that ask for the same', async () => {
    for (const method of ['batch', DELETE]) bench.portal.script({ method, when: 'after', kind: 'close' });
    await bench.add(unbindTask(bench.activity));
    await bench.add(unbindTask(bench.activity));

    await bench.drain();

    expect((await bench.statuses()).map(({ status }) => status).toSorted()).toEqual(['already_unbound', 'unbound']);
    expect(bench.removals()).toBe(1);
  });

  it('does not hold up the other activities of the portal', async () => {
    bench.portal.script({ method: DELETE, when: 'before', kind: 'close' });
    await bench.add(unbindTask(bench.activity));
    await servePortal(bench.ports, bench.portal.memberId, ALWAYS);
    const before = bench.clock.now();
    await bench.add(unbindTask(bench.activity + 1));

    await servePortal(bench.ports, bench.portal.memberId, ALWAYS);

    expect(await bench.statuses(bench.activity + 1)).toEqual(UNBOUND);
    expect(bench.clock.now() - before).toBeLessThan(5_000);
    await bench.drain();
  });

  it('makes every other change of that activity wait', async () => {
    bench.portal.seed({ activities: [{ id: bench.activity, bindings: ['deal:1', 'deal:2', 'contact:5'] }] });
    bench.portal.script({ method: DELETE, when: 'before', kind: 'close' });
    await bench.add(unbindTask(bench.activity));
    await servePortal(bench.ports, bench.portal.memberId, ALWAYS);
    await bench.add({
      kind: 'unbind',
      element: { entityTypeId: 2, entityId: 2 },
      activities: [bench.activity],
      filter: null,
    });

    await servePortal(bench.ports, bench.portal.memberId, ALWAYS);

    expect(bench.calls(DELETE)).toBe(1);
    await bench.drain();
    expect(bench.removals()).toBe(2);
  });
});

it('an error that the portal reports after the change does not hide that it was ours', async () => {
  const kind = { error: { code: 'INTERNAL_SERVER_ERROR', status: 500 } };
  bench.portal.script({ method: DELETE, when: 'after', kind });
  await bench.add(unbindTask(bench.activity));

  await bench.drain();

  expect(await bench.statuses()).toEqual(UNBOUND);
  expect(bench.removals()).toBe(1);
});
