import { describe, expect, it } from '@jest/globals';
import { measureSweep, type SweepFigures } from './measure-sweep.ts';

/** A twentieth of what `npm run bench:sweep` measures, unless BENCH_DEALS is set. */
const DEALS = Number(process.env.BENCH_DEALS ?? 1_000);
const LONG_MS = 120_000;

const expectExact = (figures: SweepFigures): void => {
  expect(figures).toMatchObject({ matchesAfter: 0, others: 0, wrong: 0, bare: 0 });
  expect(figures.unbound).toBe(figures.planned);
};

describe('plan, apply and undo of the built-in rules, on a large portal', () => {
  it(
    'remove exactly what an independent evaluation finds, in full requests, without making robots wait',
    async () => {
      const figures = await measureSweep({ deals: DEALS, seed: 'sweep', undo: false, secondSweep: true });

      expectExact(figures);
      expect(figures.bindings).toBe(DEALS * 25);
      expect(figures.requests).toBeLessThanOrEqual(figures.bound);
      expect(figures).toMatchObject({ removedAgain: 0, refusedAgain: 0, troubles: 0 });
      expect(figures.longestCheckpoint).toBeLessThan(60_000);
      expect(figures.robotP99Ms).toBeLessThanOrEqual(30_000);
    },
    LONG_MS,
  );

  it(
    'end in the same state when their processes die at any point',
    async () => {
      const figures = await measureSweep({ deals: DEALS / 5, seed: 'deaths', dying: true });

      expectExact(figures);
      expect(figures).toMatchObject({
        restored: figures.unbound - figures.unrestorable,
        different: figures.unrestorable,
      });
      expect(figures.processes).toBeGreaterThan(10);
    },
    LONG_MS,
  );
});
