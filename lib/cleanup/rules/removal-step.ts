import type { Checkpoint } from '../../jobs/job.ts';
import type { Step } from '../../jobs/planner.ts';
import type { Removal } from './decide-activity.ts';

/** What a rule wants done. */
export const removalStep = (activityId: number, { element, rule }: Removal, cursor: Checkpoint): Step => ({
  action: 'unbind',
  activityId,
  element,
  rule,
  skip: null,
  checkpoint: cursor,
});
