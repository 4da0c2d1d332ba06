import type { Element } from '../bitrix24/element.ts';
import type { Cursor } from '../unbind/job.ts';
import type { Step } from '../unbind/planner.ts';

export const removalStep = (activityId: number, element: Element, cursor: Cursor): Step => ({
  action: 'unbind',
  activityId,
  element,
  skip: null,
  cursor,
});
