import { type Element, sameElement } from '../../bitrix24/crm/element.ts';
import { elementName } from '../../bitrix24/crm/parse-element.ts';
import type { Plan, PlanItem, PlanPage, PlanStore } from '../../cleanup/runs/plan-store.ts';
import { PAGE_OF_RECORDS } from '../policy.ts';
import type { Column } from '../terminal/text-table.ts';

/** Which items of a plan are shown or exported. Absent: any. */
export type ItemFilter = {
  readonly rule?: readonly string[];
  readonly activity?: number;
  readonly element?: Element;
  /** The type of the element. */
  readonly type?: number;
};

/** An item as it is printed and exported. */
export type ShownItem = {
  readonly portal: string;
  readonly plan: string;
  readonly activityId: number;
  readonly entityTypeId: number;
  readonly entityId: number;
  readonly rule: string;
};

export const ITEM_FIELDS = ['portal', 'plan', 'activityId', 'entityTypeId', 'entityId', 'rule'] as const;

export const ITEM_COLUMNS: readonly Column<ShownItem>[] = [
  { title: 'ACTIVITY', text: ({ activityId }) => String(activityId), align: 'right' },
  { title: 'UNBIND FROM', text: (item) => elementName(item) },
  { title: 'RULE', text: ({ rule }) => rule, shrinks: true },
];

export type PlanItemsArgs = {
  readonly portal: string;
  readonly plan: Pick<Plan, 'id' | 'items'>;
  readonly filter: ItemFilter;
};

/** The items of a plan in their order, read as they are needed. Those beyond its own count are left out. */
export async function* planItems(
  { portal, plan, filter }: PlanItemsArgs,
  { stores }: { readonly stores: { readonly plans: Pick<PlanStore, 'page'> } },
): AsyncGenerator<ShownItem> {
  for (let from: number | null = 0; from !== null && from < plan.items; ) {
    const page: PlanPage = await stores.plans.page(portal, plan.id, from, Math.min(PAGE_OF_RECORDS, plan.items - from));
    for (const item of page.items) {
      if (!matchesFilter(item, filter)) continue;
      const { activityId, element, rule } = item;
      yield { portal, plan: plan.id, activityId, ...element, rule };
    }
    from = page.next;
  }
}

function matchesFilter(
  { activityId, element, rule }: PlanItem,
  { rule: rules = [], activity, element: only, type }: ItemFilter,
) {
  return (
    (rules.length === 0 || rules.includes(rule)) &&
    (activity === undefined || activity === activityId) &&
    (type === undefined || type === element.entityTypeId) &&
    (only === undefined || sameElement(only, element))
  );
}
