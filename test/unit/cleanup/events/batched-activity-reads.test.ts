import { describe, expect, it } from '@jest/globals';
import type { RestCall } from '../../../../lib/bitrix24/rest/rest-call.ts';
import { batchedActivityReads } from '../../../../lib/cleanup/events/batched-activity-reads.ts';
import { type Ask, NotNow } from '../../../../lib/jobs/planner.ts';

const idsIn = ({ params }: RestCall): number[] => Object(params.filter)['@ID'];

/** A portal without the activity 3. */
function portal(): { readonly ask: Ask; readonly asked: number[][] } {
  const asked: number[][] = [];
  return {
    asked,
    async ask(call) {
      asked.push(idsIn(call));
      return { ok: true, result: idsIn(call).flatMap((id) => (id === 3 ? [] : [{ ID: String(id), TYPE_ID: '2' }])) };
    },
  };
}

describe('activities that are asked for in the same moment', () => {
  it('share one list, even if some ask a little later', async () => {
    const { ask, asked } = portal();
    const read = batchedActivityReads();
    const later = async (id: number) => {
      await Promise.resolve();
      return await read(id, ask);
    };

    const found = await Promise.all([read(1, ask), later(2), read(3, ask), read(1, ask)]);

    expect(asked).toEqual([[1, 3, 2]]);
    expect(found).toMatchObject([
      { ok: true, activity: { id: 1 } },
      { ok: true, activity: { id: 2 } },
      { ok: true, activity: null },
      { ok: true, activity: { id: 1 } },
    ]);
  });

  it('are 50 to a list', async () => {
    const { ask, asked } = portal();
    const read = batchedActivityReads();

    await Promise.all(Array.from({ length: 120 }, (_, index) => read(index + 1, ask)));

    expect(asked.map(({ length }) => length)).toEqual([50, 50, 20]);
  });

  it('are read from each portal separately, and again the next time', async () => {
    const [one, other] = [portal(), portal()];
    const read = batchedActivityReads();

    await Promise.all([read(1, one.ask), read(2, other.ask)]);
    await read(1, one.ask);

    expect([one.asked, other.asked]).toEqual([[[1], [1]], [[2]]]);
  });

  it('share a refusal or an error as well', async () => {
    const read = batchedActivityReads();
    const refused: Ask = async () => ({ ok: false, code: 'ACCESS_DENIED' });
    const troubled: Ask = () => Promise.reject(new NotNow(null, 'NO_ANSWER'));

    expect(await Promise.all([read(1, refused), read(2, refused)])).toEqual([
      { ok: false, code: 'ACCESS_DENIED' },
      { ok: false, code: 'ACCESS_DENIED' },
    ]);
    const troubles = await Promise.allSettled([read(1, troubled), read(2, troubled)]);
    expect(troubles.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
