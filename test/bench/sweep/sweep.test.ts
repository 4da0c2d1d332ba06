import { describe, expect, it } from '@jest/globals';
import { measureSweep, type SweepFigures } from './measure-sweep.ts';

/** A tenth of what `npm run bench:sweep` measures, unless told otherwise. */
const DEALS = Number(process.env.BENCH_DEALS ?? 1_000);
const LONG_MS = 120_000;

const expectTruth = (figures: SweepFigures): void => {
  expect(figures).toMatchObject({ matchesAfter: 0, others: 0, wrong: 0, bare: 0 });
  expect(figures.unbound).toBe(figures.planned);
};

describe('plan, apply and undo of the rules that ship, on a large portal', () => {
  it(
    'removes exactly what an independent evaluation finds, in full requests, and robots do not wait for it',
    async () => {
      const figures = await measureSweep({ deals: DEALS, seed: 'sweep', undo: false, secondSweep: true });

      expectTruth(figures);
      expect(figures.bindings).toBe(DEALS * 25);
      expect(figures.requests).toBeLessThanOrEqual(figures.bound);
      expect(figures).toMatchObject({ removedAgain: 0, refusedAgain: 0, troubles: 0 });
      expect(figures.longestCheckpoint).toBeLessThan(60_000);
      expect(figures.robotP99Ms).toBeLessThanOrEqual(30_000);
    },
    LONG_MS,
  );

  it(
    'ends in the same state when its processes die at any point, and so does its undo',
    async () => {
      const figures = await measureSweep({ deals: DEALS / 5, seed: 'deaths', dying: true });

      expectTruth(figures);
      expect(figures).toMatchObject({ restored: figures.unbound - figures.gone, different: figures.gone });
      expect(figures.processes).toBeGreaterThan(10);
    },
    LONG_MS,
  );
});
