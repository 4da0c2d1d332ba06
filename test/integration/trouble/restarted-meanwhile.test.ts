import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DELETE } from '../../support/worker/fault-bench.ts';
import { type WakeUpBench, wakeUpBench } from '../../support/worker/wake-up-bench.ts';

let bench: WakeUpBench;
beforeAll(async () => {
  bench = await wakeUpBench();
});
afterAll(() => bench.close());

it('what a worker has learnt of stopped methods before an installation is not written over it', async () => {
  await bench.fresh();
  const { activity, aws, portal, ports } = bench;
  const { portals } = aws.stores;
  portal.script({ method: DELETE, kind: { error: { code: 'insufficient_scope', status: 403 } } });
  await bench.trigger(activity);
  let restarted = false;
  const watched = new Proxy(portals, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        if (name === 'setTrouble' && !restarted) {
          restarted = true;
          await portals.setStop(portal.memberId, null);
        }
        return await Reflect.apply(member, target, args);
      };
    },
  });

  await bench.invoke({ ...ports, portals: watched });

  expect(restarted).toBe(true);
  expect((await portals.read(portal.memberId))?.stoppedMethods).toBeUndefined();
});
