import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { unbindTask } from '../../support/worker/bench.ts';
import { DELETE, type FaultBench, faultBench, LIST, UNBOUND } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

describe('a refusal', () => {
  it.each([
    ['LAST_BINDING_CANNOT_BE_DELETED', { activities: [{ bindings: ['deal:1'] }] }, 1],
    [
      'ACCESS_DENIED',
      {
        users: [{ id: 1, isAdmin: false, editable: ['contact'] }],
        activities: [{ bindings: ['deal:1', 'contact:5'] }],
      },
      1,
    ],
    ['NOT_FOUND', { activities: [] }, 1],
  ])('%s costs one REST call and is never repeated', async (code, seed, calls) => {
    bench.portal.seed({ ...seed, activities: seed.activities.map((one) => ({ id: bench.activity, ...one })) });
    await bench.add(unbindTask(bench.activity));

    await bench.drain();

    expect(await bench.statuses()).toEqual([{ status: 'refused', code }]);
    expect(bench.calls(DELETE)).toBe(calls);
    expect(bench.portal.ledger.requests).toHaveLength(calls);
  });

  it('OWNER_NOT_FOUND, 100 and unknown codes are final too', async () => {
    for (const [index, code] of ['OWNER_NOT_FOUND', '100', 'SOMETHING_NEW'].entries()) {
      bench.portal.script({ method: DELETE, kind: { error: { code, status: 400 } } });
      await bench.add(unbindTask(bench.activity + index));
      await bench.drain();

      expect(await bench.statuses(bench.activity + index)).toEqual([{ status: 'refused', code }]);
    }
    expect(bench.calls(DELETE)).toBe(3);
  });

  it('"0" inside a batch: the call is repeated once, alone', async () => {
    bench.portal.script({ method: DELETE, inBatch: true, nth: 1, kind: { error: { code: '0' } } });
    await bench.add(unbindTask(bench.activity, bench.activity + 1));

    await bench.drain();

    expect(await bench.statuses()).toEqual(UNBOUND);
    expect(await bench.statuses(bench.activity + 1)).toEqual(UNBOUND);
    expect(bench.portal.ledger.requests.map(({ method }) => method)).toEqual(['batch', DELETE]);
  });

  it('BINDING_NOT_FOUND is confirmed by the list', async () => {
    bench.portal.seed({ activities: [{ id: bench.activity, bindings: ['contact:5', 'contact:6'] }] });
    await bench.add(unbindTask(bench.activity));

    await bench.drain();

    expect(await bench.statuses()).toEqual([{ status: 'already_unbound', code: null }]);
    expect([bench.calls(DELETE), bench.calls(LIST)]).toEqual([1, 1]);
  });

  it('a spurious BINDING_NOT_FOUND is not believed', async () => {
    bench.portal.script({ method: DELETE, kind: { error: { code: 'BINDING_NOT_FOUND', status: 400 } } });
    await bench.add(unbindTask(bench.activity));

    await bench.drain();

    expect(await bench.statuses()).toEqual(UNBOUND);
    expect(bench.removals()).toBe(1);
  });
});
