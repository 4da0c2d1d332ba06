import { execFileSync } from 'node:child_process';
import type { StepCounts, Steps } from './count-steps.ts';
import { RATIO } from './reader-shapes.ts';

/** What `count-steps.ts` prints. */
export const readerSteps = (): StepCounts =>
  JSON.parse(
    execFileSync(process.execPath, ['--no-warnings', `${import.meta.dirname}/count-steps.ts`], { encoding: 'utf8' }),
  );

/** How many more steps the large text takes than the small one for the same amount: 1 is proportional, 8 quadratic. */
export function growthOf(steps: Steps | undefined): number {
  if (steps === undefined || steps.small === 0) throw new Error('no steps were counted');
  return steps.large / (steps.small * RATIO);
}
