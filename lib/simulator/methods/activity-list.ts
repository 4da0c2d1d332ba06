import { type Activity, activityRow } from '../crm/activities/activity.ts';
import { SortedIds } from '../crm/activities/sorted-ids.ts';
import type { Crm } from '../crm/crm-state.ts';
import type { Ref } from '../crm/elements/entity-types.ts';
import { mayReadActivity } from '../crm/elements/permissions.ts';
import type { Caller, Method } from '../method.ts';
import { ACTIVITY_FIELDS } from './activity-fields.ts';
import { conditionsOf, type Field } from './filter.ts';
import { idsIn, idWindow } from './id-window.ts';
import { pageOf } from './paging.ts';
import { isRecord, listOf, upperKeys } from './parameter.ts';
import { sorted, sortOrder } from './sort-order.ts';

type Filter = { readonly [key: string]: unknown };
/** A pair of `filter.BINDINGS`: either or both keys (B§2.2). */
type Pair = { readonly entityTypeId: number | null; readonly entityId: number | null };

/** crm.activity.list (B§2.2): a legacy method, so a filter field that does not exist is silently left out. */
export const activityListMethod = (crm: Crm): Method => ({
  scope: 'crm',
  run: (params, caller) => {
    const { FILTER, ORDER, SELECT, START } = upperKeys(params);
    const filter = isRecord(FILTER) ? FILTER : {};
    const wish = sortOrder(isRecord(ORDER) ? ORDER : {}, fieldOf);
    const order = wish.length > 0 ? wish : sortOrder({ START_TIME: 'ASC' }, fieldOf);

    const byId = order[0]?.name === 'ID';
    const rows = matching(crm, caller, filter, byId && order[0]?.sign === -1);

    const names = listOf(SELECT).map(String);
    return pageOf(byId ? rows : sorted(rows, order), START, (page) => page.map((row) => selected(row, names)));
  },
});

const fieldOf = (name: string): Field<Activity> | undefined => ACTIVITY_FIELDS[name];

/** The activities that match, in the order of their ids; once per matching binding (B§2.2, duplicates). */
function* matching(crm: Crm, caller: Caller, filter: Filter, descending: boolean): Generator<Activity> {
  const pairs = pairsOf(filter.BINDINGS);
  const conditions = conditionsOf(filter, fieldOf, () => undefined);
  for (const id of idsIn(candidates(crm, pairs), idWindow(filter, 'ID'), descending)) {
    const activity = crm.activities.get(id);
    if (activity === undefined || !conditions.every((is) => is(activity))) continue;
    const times = pairs.length === 0 ? 1 : joins(crm, id, pairs);
    if (times === 0 || !mayReadActivity(crm, caller, activity)) continue;
    for (let n = 0; n < times; n += 1) yield activity;
  }
}

/** Anything but a list of such pairs is ignored, as in the source. */
function pairsOf(bindings: unknown): Pair[] {
  return listOf(bindings).flatMap((pair) => {
    if (!isRecord(pair)) return [];
    const [entityTypeId, entityId] = [numberOf(pair.OWNER_TYPE_ID), numberOf(pair.OWNER_ID)];
    return entityTypeId === null && entityId === null ? [] : [{ entityTypeId, entityId }];
  });
}

const numberOf = (value: unknown): number | null => {
  const number = Number(value);
  return value === undefined || value === null || value === '' || !Number.isInteger(number) ? null : number;
};

/** The smallest index that holds every candidate. */
function candidates(crm: Crm, pairs: readonly Pair[]): SortedIds {
  const elements = pairs.flatMap(({ entityTypeId, entityId }): Ref[] =>
    entityTypeId === null || entityId === null ? [] : [{ entityTypeId, entityId }],
  );
  const [only] = elements;
  if (only === undefined || elements.length < pairs.length) return crm.activities.ids;
  if (elements.length === 1) return crm.bindings.activitiesOf(only) ?? new SortedIds();
  const union = new SortedIds();
  for (const element of elements) for (const id of crm.bindings.activitiesOf(element)?.after(0) ?? []) union.add(id);
  return union;
}

/** How many rows the join with the bindings yields: each pair is one part of a UNION ALL. */
function joins(crm: Crm, activityId: number, pairs: readonly Pair[]): number {
  const rows = crm.bindings.rows(activityId);
  return pairs
    .map(({ entityTypeId, entityId }) =>
      rows.filter(
        (row) =>
          (entityTypeId === null || row.entityTypeId === entityTypeId) &&
          (entityId === null || row.entityId === entityId),
      ),
    )
    .reduce((sum, found) => sum + found.length, 0);
}

function selected(activity: Activity, names: readonly string[]): { readonly [field: string]: unknown } {
  const row = activityRow(activity);
  const extras = { COMMUNICATIONS: [], FILES: [] };
  if (names.length === 0) return row;
  const entries = Object.entries({ ...row, ...extras });
  return Object.fromEntries(entries.filter(([name]) => names.includes(name) || (names.includes('*') && name in row)));
}
