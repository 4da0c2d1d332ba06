import type { RestCall } from '../rest/rest-call.ts';
import { ACTIVITY_FIELDS, type Activity, activityOf } from './activity.ts';
import type { Element } from './element.ts';

/** Lists answer pages of 50 (B§2.2). */
export const PAGE = 50;

/** Cursor paging by id (B§2.2): unbinding while paging skips no row. */
export function activitiesBoundTo({ entityTypeId, entityId }: Element, after: number): RestCall {
  return activityList({ BINDINGS: [{ OWNER_TYPE_ID: entityTypeId, OWNER_ID: entityId }], '>ID': after });
}

export const activitiesById = (ids: readonly number[]): RestCall => activityList({ '@ID': ids });

const activityList = (filter: RestCall['params']): RestCall => ({
  method: 'crm.activity.list',
  params: { filter, order: { ID: 'ASC' }, select: ACTIVITY_FIELDS, start: -1 },
});

/** The activities of a list answer; rows that cannot be read are passed over. */
export function readActivities(result: unknown): Activity[] {
  return (Array.isArray(result) ? result : []).map(activityOf).filter((activity) => activity !== null);
}

/** A list is read to its end when a page is not full (B§2.2). */
export const isFullPage = (result: unknown): boolean => Array.isArray(result) && result.length >= PAGE;
