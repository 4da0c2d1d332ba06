import { expect, it } from '@jest/globals';
import { measureProgress } from './measure-progress.ts';

const LONG_MS = 60_000;
const MOST_POINTS = 15;

it.each([
  [1_000, 'share'],
  [200, 'small'],
])(
  'a plan of %i deals always shows how many of its requests are made, and is complete at the end',
  async (deals, seed) => {
    const readings = await measureProgress(deals, seed);

    const [first, ...rest] = readings;
    const last = rest.at(-1);
    expect(first).toEqual({ share: null, actual: 0 });
    expect(last).toEqual({ share: 1, actual: 1 });
    for (const [index, { share, actual }] of rest.entries()) {
      expect(share).not.toBeNull();
      expect(Math.abs((share ?? 0) - actual) * 100).toBeLessThan(MOST_POINTS);
      expect(share).toBeGreaterThanOrEqual(rest[index - 1]?.share ?? 0);
      if (actual < 0.99) expect(share).toBeLessThan(1);
    }
  },
  LONG_MS,
);
