import type { Activity } from '../../../lib/simulator/crm/activities/activity.ts';
import { type Crm, itemsOf } from '../../../lib/simulator/crm/crm-state.ts';
import { type Ref, refKey } from '../../../lib/simulator/crm/elements/entity-types.ts';
import { semanticsOf } from '../../../lib/simulator/crm/elements/item-fields.ts';

/**
 * The five built-in rules, written again over the portal's own state and without any code of the product: its runs are checked
 * against them. `others`: what else the activity is bound to.
 */
export type NaiveRule = {
  readonly name: string;
  readonly type: number;
  /** The rule's conditions on the activity alone, and on the element alone. */
  readonly activity: (activity: Activity, now: number) => boolean;
  readonly element: (crm: Crm, ref: Ref, now: number) => boolean;
  readonly others: (others: readonly Ref[]) => boolean;
  /** Whether the portal can filter elements by the rule's conditions on them. */
  readonly listable: boolean;
};

const DAY_MS = 86_400_000;
const is = (type: number) => (ref: Ref) => ref.entityTypeId === type;
const semantics = (crm: Crm, { entityTypeId, entityId }: Ref): string | null => {
  const item = itemsOf(crm, entityTypeId).get(entityId);
  return item === undefined ? null : semanticsOf(crm, item);
};
const anyOf = (others: readonly Ref[], types: readonly number[]): boolean =>
  types.some((type) => others.some(is(type)));

const NAIVE_RULES: readonly NaiveRule[] = [
  {
    name: 'lost-deals',
    type: 2,
    activity: ({ completed }) => completed,
    element: (crm, ref) => semantics(crm, ref) === 'F',
    others: () => true,
    listable: true,
  },
  {
    name: 'converted-leads',
    type: 1,
    activity: () => true,
    element: (crm, ref) => semantics(crm, ref) === 'S',
    others: (others) => anyOf(others, [2, 3, 4]),
    listable: true,
  },
  {
    name: 'calls-and-mails-of-contacts',
    type: 4,
    activity: ({ completed, typeId, created }, now) =>
      completed && [2, 4].includes(typeId) && now - created >= 90 * DAY_MS,
    element: () => true,
    others: (others) => anyOf(others, [3]),
    listable: false,
  },
  {
    name: 'paid-invoices',
    type: 31,
    activity: ({ completed }) => completed,
    element: (crm, ref, now) => {
      const moved = itemsOf(crm, 31).get(ref.entityId)?.movedTime ?? now;
      return semantics(crm, ref) === 'S' && now - moved >= 30 * DAY_MS;
    },
    others: (others) => anyOf(others, [2, 3, 4]),
    listable: true,
  },
  {
    name: 'missing-quotes',
    type: 7,
    activity: () => true,
    element: (crm, { entityId }) => !itemsOf(crm, 7).has(entityId),
    others: () => true,
    listable: false,
  },
];

const isDeletedQuote = (crm: Crm, { entityTypeId, entityId }: Ref): boolean =>
  entityTypeId === 7 && !itemsOf(crm, 7).has(entityId);

export type Match = { readonly activityId: number; readonly pair: string; readonly rule: string };

export const pairKey = (activityId: number, ref: Ref): string => `${activityId} ${refKey(ref)}`;

/** Every binding that some rule, taken alone, would remove. */
export function naiveMatches(crm: Crm, now: number): Match[] {
  const matches: Match[] = [];
  for (const activity of crm.activities.all()) {
    const rows = crm.bindings.rows(activity.id);
    for (const row of rows) {
      // A binding to a deleted quote is invisible.
      const others = rows.filter((other) => other !== row && !isDeletedQuote(crm, other));
      if (others.length === 0) continue;
      for (const rule of NAIVE_RULES) {
        if (rule.type !== row.entityTypeId || !rule.activity(activity, now) || !rule.others(others)) continue;
        if (rule.element(crm, row, now)) {
          matches.push({ activityId: activity.id, pair: pairKey(activity.id, row), rule: rule.name });
        }
      }
    }
  }
  return matches;
}

export type Needs = { readonly listPages: number; readonly candidates: number };

/**
 * The least that has to be read: pages of the elements that rules list, pages of the activities bound to them, and once the
 * bindings of each activity that a rule may concern.
 */
export function naiveNeeds(crm: Crm, now: number): Needs {
  const candidates = new Set<number>();
  let listPages = 0;
  for (const rule of NAIVE_RULES) {
    let rows = 0;
    for (const activity of crm.activities.all()) {
      if (!rule.activity(activity, now)) continue;
      for (const row of crm.bindings.rows(activity.id)) {
        if (row.entityTypeId !== rule.type || (rule.listable && !rule.element(crm, row, now))) continue;
        rows += 1;
        candidates.add(activity.id);
      }
    }
    listPages += Math.max(1, Math.ceil(rows / 50));
    if (!rule.listable) continue;
    const elements = [...itemsOf(crm, rule.type).all()].filter(({ id }) =>
      rule.element(crm, { entityTypeId: rule.type, entityId: id }, now),
    );
    listPages += Math.max(1, Math.ceil(elements.length / 50));
  }
  return { listPages, candidates: candidates.size };
}
