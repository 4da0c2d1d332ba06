import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../../lib/clock.ts';
import { type CliStage, openCliStage } from '../../support/stage/cli-stage.ts';

let stage: CliStage;
beforeAll(async () => {
  stage = await openCliStage();
});
afterAll(() => stage.close());

describe('unbind', () => {
  beforeAll(() => stage.addWebhook('unbinding'));

  test('removes the binding, prints the outcome, and ends with 0; a second time too', async () => {
    const first = await stage.unbind('unbinding', 910);
    const second = await stage.unbind('unbinding', 910);

    const binding = { portal: 'unbinding', activityId: 910, entityTypeId: 2, entityId: 1, trigger: 'cli' };
    expect(first).toMatchObject({ code: 0, records: [{ ...binding, status: 'unbound', cause: 'cli tester' }] });
    expect(second).toMatchObject({ code: 0, records: [{ ...binding, status: 'already_unbound' }] });
    expect(stage.bindingsOf(910)).toEqual(['3:5']);
  });

  test('unbinds several activities, each once', async () => {
    const ran = await stage.unbind('unbinding', 911, '--activity', '912', '--activity', '911');

    expect(ran.code).toBe(0);
    expect(new Set(ran.records.map(({ activityId }) => activityId))).toEqual(new Set([911, 912]));
    expect(ran.records).toHaveLength(2);
  });

  test('ends with 1 and says what to do when the binding is the last one', async () => {
    const ran = await stage.cli(['unbind', '--portal', 'unbinding', '--activity', '999', '--element', 'D_2']);

    expect(ran).toMatchObject({ code: 1, records: [{ status: 'refused', code: 'LAST_BINDING_CANNOT_BE_DELETED' }] });
    expect(ran.stderr).toContain('the only binding');
  });

  test('ends with 1 when one of several activities does not exist', async () => {
    const ran = await stage.unbind('unbinding', 913, '--activity', '404');

    expect(ran.code).toBe(1);
    expect(new Set(ran.records.map(({ status }) => status))).toEqual(new Set(['refused', 'unbound']));
    expect(ran.stderr).toContain('Activity 404 and deal:1: refused, NOT_FOUND: there is no activity with this id');
  });

  test('rejects a portal that was not added, and names those that were', async () => {
    const ran = await stage.unbind('nobody', 914);

    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain('unbinding');
  });

  test('ends with 75 and the id when the time to wait is over; the job continues', async () => {
    const { code, records } = await stage.unbind('unbinding', 915, '--wait', '0s');

    expect({ code, records }).toEqual({
      code: 75,
      records: [{ portal: 'unbinding', id: expect.stringMatching(/^cli:/), status: 'accepted' }],
    });
    await untilUnbound(915);
  });

  test.each([
    ['paused', (name: string) => stage.cli(['portal', 'pause', name]), 'The portal is paused'],
    ['stopped', (name: string) => stage.stop(name), 'The portal is stopped: OVERLOAD_LIMIT'],
  ])(
    'says at once that the portal is %s, and the job continues after portal resume',
    async (state, hold, remark) => {
      const activity = state === 'paused' ? 916 : 917;
      await stage.addWebhook(state);
      await hold(state);

      const looks = jest.spyOn(stage.stack.stores.jobs, 'read');
      const { code, stderr } = await stage.unbind(state, activity);
      const looked = looks.mock.calls.length;
      looks.mockRestore();
      await stage.stack.idle(); // the wake-up is received, and nothing is done
      await stage.cli(['portal', 'resume', '--portal', state]);

      expect({ code, stderr }).toEqual({ code: 75, stderr: expect.stringContaining(remark) });
      expect(looked).toBe(1); // it would look again for as long as it waits
      await untilUnbound(activity);
    },
    20_000,
  );
});

/** Gives up after a while, long before the schedule would help. */
async function untilUnbound(activity: number): Promise<void> {
  for (let looks = 0; stage.bindingsOf(activity).length > 1; looks += 1) {
    if (looks > 1_000) throw new Error(`activity ${activity} is still bound`);
    await systemClock.sleep(10);
  }
}
