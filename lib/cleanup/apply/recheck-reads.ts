import { isFullPage, PAGE, readActivities } from '../../bitrix24/crm/activity-list.ts';
import { type Element, elementKey } from '../../bitrix24/crm/element.ts';
import { leavesBindingsBehind } from '../../bitrix24/crm/leaves-bindings-behind.ts';
import { inParts } from '../../in-parts.ts';
import type { Ask } from '../../jobs/planner.ts';
import { ACTIVITIES_PER_LIST } from '../policy.ts';
import { activityPage } from '../rules/list-calls.ts';
import type { PreparedRule } from '../rules/prepared-rule.ts';
import type { PlanItem } from '../runs/plan-store.ts';

export type RulesByName = ReadonlyMap<string, PreparedRule>;

/** What has to be read again before items of a plan are removed. */
export type RecheckReads = {
  readonly activities: readonly number[];
  /** Elements that the rules have conditions on. */
  readonly elements: readonly Element[];
  /** Elements that a rule requires to be missing. */
  readonly doubtful: readonly Element[];
  /** Activities whose bindings all have to be read. */
  readonly bindings: readonly number[];
  /** Activities for which a list can show that enough remains: those that are bound to an element of some types. */
  readonly elsewhere: readonly Question[];
};

type Question = { readonly types: readonly number[]; readonly ids: readonly number[] };

/** By types (`typesKey`): the activities that are bound to an element of one of them. */
export type BoundElsewhere = ReadonlyMap<string, ReadonlySet<number>>;

/** Contacts and companies: what most activities are also bound to. */
const USUAL_TYPES = [3, 4];

/**
 * One list shows for 20 activities whether another binding remains, or one that the rule asks for; the bindings of those it
 * does not show are read one by one. Bitrix24 itself refuses to remove the last binding (B§2.1), but then the pair rests.
 */
export function readsFor(items: readonly PlanItem[], rules: RulesByName): RecheckReads {
  const taken = takenTypes(items);
  const asking = items.map((item) => ({ item, types: typesElsewhere(item, taken, rules) }));
  const byTypes = Map.groupBy(
    asking.filter(({ types }) => types.length > 0),
    ({ types }) => typesKey(types),
  );
  const about = items.filter(({ rule }) => (rules.get(rule)?.onElement.length ?? 0) > 1);
  return {
    activities: idsOf(items),
    elements: elementsOf(about),
    doubtful: elementsOf(items.filter(({ rule }) => rules.get(rule)?.rule.when.missing === true)),
    bindings: idsOf(asking.filter(({ types }) => types.length === 0).map(({ item }) => item)),
    elsewhere: [...byTypes.values()].map((own) => ({
      types: own[0]?.types ?? [],
      ids: idsOf(own.map(({ item }) => item)),
    })),
  };
}

/** By activity: the types of the elements it is unbound from. */
export const takenTypes = (items: readonly PlanItem[]): ReadonlyMap<number, readonly number[]> =>
  new Map(
    [...Map.groupBy(items, ({ activityId }) => activityId)].map(([id, own]) => [
      id,
      own.map(({ element }) => element.entityTypeId),
    ]),
  );

/** The types by which a list can show that enough remains: none that is unbound, none whose bindings survive a deletion. */
export function typesElsewhere(
  { activityId, rule }: PlanItem,
  taken: ReadonlyMap<number, readonly number[]>,
  rules: RulesByName,
): readonly number[] {
  const asked = rules.get(rule)?.rule.when.alsoBoundTo ?? [];
  const away = taken.get(activityId) ?? [];
  return (asked.length > 0 ? asked : USUAL_TYPES).filter(
    (entityTypeId) => !away.includes(entityTypeId) && !leavesBindingsBehind({ entityTypeId }),
  );
}

export const typesKey = (types: readonly number[]): string => types.join(' ');

/** How many calls these reads take, as far as can be told beforehand. */
export function callsOf({ activities, elements, doubtful, bindings, elsewhere }: RecheckReads): number {
  const byType = Map.groupBy(elements, ({ entityTypeId }) => entityTypeId);
  const facts = [...byType.values()].reduce((sum, own) => sum + Math.ceil(own.length / PAGE), 0);
  const lists = elsewhere.reduce((sum, { ids }) => sum + Math.ceil(ids.length / ACTIVITIES_PER_LIST), 0);
  return Math.ceil(activities.length / PAGE) + facts + doubtful.length + bindings.length + lists;
}

/** If a list is refused, the bindings of its activities are read one by one. */
export async function readBoundElsewhere(questions: readonly Question[], ask: Ask): Promise<BoundElsewhere> {
  const found = questions.map(async ({ types, ids }) => {
    const parts = await Promise.all(inParts(ids, ACTIVITIES_PER_LIST).map((part) => boundTo(types, part, ask)));
    return [typesKey(types), new Set(parts.flat())] as const;
  });
  return new Map(await Promise.all(found));
}

async function boundTo(types: readonly number[], ids: readonly number[], ask: Ask): Promise<number[]> {
  const found: number[] = [];
  for (let above = 0; ; above = found.at(-1) ?? above) {
    const bound = types.map((entityTypeId) => ({ entityTypeId }));
    const read = await ask(activityPage(bound, { '@ID': ids }, { above }));
    if (read.ok) found.push(...readActivities(read.result).map(({ id }) => id));
    if (!read.ok || !isFullPage(read.result)) return found;
  }
}

const elementsOf = (items: readonly PlanItem[]): Element[] => [
  ...new Map(items.map(({ element }) => [elementKey(element), element])).values(),
];

const idsOf = (items: readonly PlanItem[]): number[] => [...new Set(items.map(({ activityId }) => activityId))];
