import { ACTIVITY_FIELDS } from '../../bitrix24/crm/activity.ts';
import type { Element } from '../../bitrix24/crm/element.ts';
import type { RestCall, RestParams } from '../../bitrix24/rest/rest-call.ts';
import { ITEM_FIELDS } from './element-facts.ts';
import type { Rule } from './rule.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The end of the hour: the same list is asked for with the same words for a while, and what was read can be kept. */
const wholeHour = (ms: number): number => Math.ceil(ms / HOUR_MS) * HOUR_MS;

/** Both ends are exclusive; without `below` it is open. `backwards`: the page with the highest ids comes first. */
export type IdWindow = { readonly above: number; readonly below?: number; readonly backwards?: boolean };

/** A page of elements, in the order of their ids (B§2.2), so that changes in between make it skip no row. */
export const elementPage = (entityTypeId: number, filter: RestParams, window: IdWindow): RestCall => ({
  method: 'crm.item.list',
  params: {
    entityTypeId,
    filter: { ...filter, ...windowFilter('id', window) },
    order: { id: orderOf(window) },
    select: ITEM_FIELDS,
    start: -1,
  },
});

export const elementsById = (entityTypeId: number, ids: readonly number[]): RestCall =>
  elementPage(entityTypeId, { '@id': ids }, { above: 0 });

export const elementById = ({ entityTypeId, entityId }: Element): RestCall => ({
  method: 'crm.item.get',
  params: { entityTypeId, id: entityId },
});

/** A page of activities that are bound to any of the elements; one bound to several may appear several times (B§2.2). */
export const activityPage = (
  bound: readonly { readonly entityTypeId: number; readonly entityId?: number }[],
  filter: RestParams,
  window: IdWindow,
): RestCall => ({
  method: 'crm.activity.list',
  params: {
    filter: {
      ...filter,
      BINDINGS: bound.map(({ entityTypeId, entityId }) => ({
        OWNER_TYPE_ID: entityTypeId,
        ...(entityId === undefined ? {} : { OWNER_ID: entityId }),
      })),
      ...windowFilter('ID', window),
    },
    order: { ID: orderOf(window) },
    select: ACTIVITY_FIELDS,
    start: -1,
  },
});

const windowFilter = (id: string, { above, below }: IdWindow): RestParams => ({
  [`>${id}`]: above,
  ...(below === undefined ? {} : { [`<${id}`]: below }),
});

const orderOf = ({ backwards }: IdWindow): string => (backwards === true ? 'DESC' : 'ASC');

/**
 * The conditions on activities that all of these rules share and the portal can filter by. The filter only saves rows: every
 * activity is checked here again. Types are left out, as it takes two fields to tell them.
 */
export function activityFilter(rules: readonly Rule[], now: number): RestParams {
  const completed = new Set(rules.map(({ activities }) => activities.completed));
  const [only] = completed;
  const youngest = Math.min(...rules.map(({ activities }) => activities.olderThanDays ?? 0));
  return {
    ...(completed.size === 1 && only !== undefined ? { COMPLETED: only ? 'Y' : 'N' } : {}),
    ...(rules.length > 0 && youngest > 0
      ? { '<=CREATED': new Date(wholeHour(now - youngest * DAY_MS)).toISOString() }
      : {}),
  };
}
