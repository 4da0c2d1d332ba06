import { expect, test } from '@jest/globals';
import { asPortalClock, createPortalClock } from '../../../lib/simulator/portal-clock.ts';

test('follows its base and can be advanced', () => {
  let base = 1000;
  const clock = createPortalClock(() => base);

  clock.advance(500);
  base += 1;

  expect(clock.now()).toBe(1501);
});

test('wakes sleepers whose time has come, the earliest first', async () => {
  const clock = createPortalClock(() => 0);
  const woken: number[] = [];
  const sleepers = [300, 100, 200].map((ms) => clock.sleep(ms).then(() => woken.push(ms)));

  clock.advance(200);
  await Promise.all(sleepers.slice(1));
  expect(woken).toEqual([100, 200]);

  clock.advance(100);
  await sleepers[0];
  expect(woken).toEqual([100, 200, 300]);
});

test('wakes sleepers by itself as the machine’s time passes', async () => {
  const clock = createPortalClock();
  const before = clock.now();
  const awake = setInterval(() => {}, 5);

  await clock.sleep(5);

  clearInterval(awake);
  expect(clock.now()).toBeGreaterThanOrEqual(before + 5);
});

test('a clock that can be advanced is used as it is, another one is wrapped', () => {
  const own = createPortalClock(() => 7);
  const fixed = asPortalClock({ now: () => 7, sleep: async () => {} });

  fixed.advance(1);

  expect(asPortalClock(own)).toBe(own);
  expect(fixed.now()).toBe(8);
});
