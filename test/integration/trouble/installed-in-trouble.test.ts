import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type WakeUpBench, wakeUpBench } from '../../support/worker/wake-up-bench.ts';

let bench: WakeUpBench;
beforeAll(async () => {
  bench = await wakeUpBench();
});
afterAll(() => bench.close());

it('a portal that is installed anew while it rests in trouble is served at once', async () => {
  await bench.fresh();
  const { activity, aws, portal, clock } = bench;
  const { portals } = aws.stores;
  portal.script({ kind: { status: 502, body: '<html>' }, times: 1e6 });
  await bench.trigger(activity);
  for (let n = 0; n < 30; n++) {
    await bench.invoke({ ...bench.ports, random: () => 0.99 });
    const next = (await portals.read(portal.memberId))?.restsUntil ?? 0;
    if (next - clock.now() > 100_000) {
      console.log('rests', next - clock.now());
      break;
    }
    clock.jumpTo(next + 1_000);
  }
  portal.clearFaults();
  // as activatePortal does
  await portals.setStop(portal.memberId, null);
  await bench.trigger(activity + 1);
  clock.jumpTo(clock.now() + 5_000);
  await bench.invoke({ ...bench.ports, random: () => 0.99 });
  expect(await bench.statuses(activity + 1)).toEqual(['unbound']);
});
