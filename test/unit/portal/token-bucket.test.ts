import { expect, test } from '@jest/globals';
import { tokenBucket } from '../../../lib/portal/token-bucket.ts';
import { ManualClock } from '../../support/portal/manual-clock.ts';

test('gives out the burst, and then one token per interval, never more than the burst', () => {
  const clock = new ManualClock();
  const take = tokenBucket({ burst: 2, everyMs: 1000 }, clock);
  const takeAll = () => [take(), take(), take()];

  expect(takeAll()).toEqual([true, true, false]);

  clock.advance(999);
  expect(take()).toBe(false);

  clock.advance(1);
  expect(takeAll()).toEqual([true, false, false]);

  clock.advance(3_600_000);
  expect(takeAll()).toEqual([true, true, false]);
});

test('a clock that goes back takes no tokens away', () => {
  const clock = new ManualClock();
  const take = tokenBucket({ burst: 1, everyMs: 1000 }, clock);

  clock.time -= 10_000;

  expect([take(), take()]).toEqual([true, false]);
});
