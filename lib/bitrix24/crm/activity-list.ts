import { PAGE_SIZE } from '../limits.ts';
import type { RestCall } from '../rest/rest-call.ts';
import { ACTIVITY_FIELDS, type Activity, activityOf } from './activity.ts';
import type { Element } from './element.ts';

/** A page of a list: `PAGE_SIZE`, by the name that it had first. */
export const PAGE = PAGE_SIZE;

/**
 * The activities bound to an element, with ids above `after`. Paging by id skips no row when bindings go meanwhile (B§2.2).
 */
export function activitiesBoundTo({ entityTypeId, entityId }: Element, after: number): RestCall {
  return activityList({ BINDINGS: [{ OWNER_TYPE_ID: entityTypeId, OWNER_ID: entityId }], '>ID': after });
}

export const activitiesById = (ids: readonly number[]): RestCall => activityList({ '@ID': ids });

const activityList = (filter: RestCall['params']): RestCall => ({
  method: 'crm.activity.list',
  params: { filter, order: { ID: 'ASC' }, select: ACTIVITY_FIELDS, start: -1 },
});

/** The activities in an answer of `crm.activity.list`. Unreadable rows are skipped. */
export function readActivities(result: unknown): Activity[] {
  return (Array.isArray(result) ? result : []).map(activityOf).filter((activity) => activity !== null);
}

/** A list has been read to its end when a page is not full (B§2.2). */
export const isFullPage = (result: unknown): boolean => Array.isArray(result) && result.length >= PAGE_SIZE;
