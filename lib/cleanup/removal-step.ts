import type { Cursor } from '../unbind/job.ts';
import type { Step } from '../unbind/planner.ts';
import type { Removal } from './decide-activity.ts';

/** What a rule wants done. */
export const removalStep = (activityId: number, { element, rule }: Removal, cursor: Cursor): Step => ({
  action: 'unbind',
  activityId,
  element,
  rule,
  skip: null,
  cursor,
});
