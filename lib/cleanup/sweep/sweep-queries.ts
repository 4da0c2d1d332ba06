import type { RestCall, RestParams } from '../../bitrix24/rest/rest-call.ts';
import { activityFilter, activityPage, elementPage, type IdWindow } from '../rules/list-calls.ts';
import type { PreparedRule } from '../rules/prepared-rule.ts';
import type { Rule, Selection, Stage } from '../rules/rule.ts';
import { type StageDirectory, saysSemantics } from '../rules/stage-directory.ts';

const DAY_MS = 86_400_000;

/**
 * One way through the portal that meets every binding which some rules may remove. By elements: list those that meet the
 * rules, then their activities. By activities: list all activities bound to any element of the type, for rules whose
 * conditions on the element the portal cannot filter by.
 */
export type SweepQuery = {
  readonly by: 'elements' | 'activities';
  readonly element: number;
  readonly rules: readonly PreparedRule[];
};

/** The same rules always give the same queries in the same order: a checkpoint refers to them by number. */
export function queriesOf(rules: readonly PreparedRule[]): SweepQuery[] {
  const byWay = Map.groupBy(rules, ({ rule }) => `${wayOf(rule)} ${rule.element}`);
  return [...byWay.values()].flatMap((own): SweepQuery[] => {
    const [first] = own;
    return first === undefined ? [] : [{ by: wayOf(first.rule), element: first.rule.element, rules: own }];
  });
}

const wayOf = ({ when }: Rule): SweepQuery['by'] =>
  when.stage === undefined &&
  when.closedForDays === undefined &&
  when.pipelines === undefined &&
  when.responsible === undefined
    ? 'activities'
    : 'elements';

/** A page of what the query lists. */
export function sourcePage(query: SweepQuery, window: IdWindow, directory: StageDirectory, now: number): RestCall {
  const rules = query.rules.map(({ rule }) => rule);
  return query.by === 'elements'
    ? elementPage(query.element, elementFilter(query.element, rules, directory, now), window)
    : activityPage([{ entityTypeId: query.element }], activityFilter(rules, now), window);
}

/** A page of the activities of some elements. */
export function activitiesOf(query: SweepQuery, elementIds: readonly number[], above: number, now: number): RestCall {
  const rules = query.rules.map(({ rule }) => rule);
  const bound = elementIds.map((entityId) => ({ entityTypeId: query.element, entityId }));
  return activityPage(bound, activityFilter(rules, now), { above });
}

/** The conditions on elements that the portal can filter by. It only saves rows: every element is checked here again. */
function elementFilter(type: number, rules: readonly Rule[], directory: StageDirectory, now: number): RestParams {
  const [only, second] = rules;
  const stages = rules.map(({ when }) => when.stage);
  const named = stages.flatMap((wanted) => wanted ?? []);
  const shortest = Math.min(...rules.map(({ when }) => when.closedForDays ?? 0));
  return {
    ...(stages.includes(undefined) ? {} : stageFilter(type, [...new Set(named)], directory)),
    ...(shortest > 0 ? { '<=movedTime': new Date(now - shortest * DAY_MS).toISOString() } : {}),
    ...(only === undefined || second !== undefined
      ? {}
      : {
          ...selectionFilter('categoryId', only.when.pipelines),
          ...selectionFilter('assignedById', only.when.responsible),
        }),
  };
}

/** An empty list would vanish from the request, so it names a stage that no portal has instead. */
function stageFilter(type: number, stages: readonly Stage[], directory: StageDirectory): RestParams {
  if (saysSemantics(type)) return { '@stageSemanticId': stages.map((stage) => stage.charAt(0).toUpperCase()) };
  const codes = directory.codesOf(type, stages);
  return { '@stageId': codes.length > 0 ? codes : ['-'] };
}

const selectionFilter = (field: string, selection: Selection | undefined): RestParams => {
  if (selection === undefined) return {};
  return 'include' in selection ? { [`@${field}`]: selection.include } : { [`!@${field}`]: selection.exclude };
};
