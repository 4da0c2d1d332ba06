import { isFullPage, PAGE, readActivities } from '../../bitrix24/crm/activity-list.ts';
import type { Element } from '../../bitrix24/crm/element.ts';
import type { Ask, Read } from '../../jobs/planner.ts';
import { itemsOf } from '../rules/element-facts.ts';
import type { KnownFacts } from '../rules/known-facts.ts';
import { concernsActivity, concernsElement, type PreparedRule } from '../rules/prepared-rule.ts';
import type { StageDirectory } from '../rules/stage-directory.ts';
import { candidateOf } from './candidate-of.ts';
import type { SweepQuery } from './sweep-queries.ts';
import type { Candidate, Chunk, Listed, Source } from './sweep-state.ts';

export type GatherDeps = {
  readonly ask: Ask;
  readonly queries: readonly SweepQuery[];
  readonly rules: readonly PreparedRule[];
  readonly directory: StageDirectory;
  readonly facts: KnownFacts;
  /** ms */
  readonly now: number;
  /** Elements that listed activities wait for. */
  readonly needed: readonly Element[];
};

/** What a round has brought. */
export type Gathered = {
  readonly sources: Source[];
  readonly chunks: Chunk[];
  /** Activities that came with pages, once or several times. */
  readonly candidates: Candidate[];
  /** The pass that has brought each of them. */
  readonly origins: Map<number, number>;
  /** Ids from the first to the last one of a pass, if it was learned. */
  readonly spans: Map<number, number>;
  readonly listed: Listed[];
  activityPages: number;
  /** Bitrix24's code for the first thing that could not be read; what lies behind it is not met. */
  refusal: string | null;
};

export const isFull = (read: Read, { by }: SweepQuery): boolean =>
  read.ok && (by === 'activities' ? isFullPage(read.result) : itemsOf(read.result).length >= PAGE);

/** Takes up what a page of a source holds above `from`, and tells all its ids, ascending. */
export function gatherSource(
  read: Read,
  query: SweepQuery,
  number: number,
  deps: GatherDeps,
  gathered: Gathered,
  from = 0,
): number[] {
  if (query.by === 'activities') {
    gatherActivities(read, query, number, deps, gathered);
    const activities = read.ok ? readActivities(read.result) : [];
    return [...new Set(activities.map(({ id }) => id))].sort((a, b) => a - b);
  }
  if (!read.ok) {
    gathered.refusal ??= read.code;
    return [];
  }
  const found = deps.facts.learnItems(query.element, itemsOf(read.result));
  const matching = found.filter((facts) =>
    query.rules.some((rule) => concernsElement(rule, { element: facts.element, facts, now: deps.now }) !== 'no'),
  );
  const ids = matching.map(({ element }) => element.entityId).filter((id) => id > from);
  if (ids.length > 0) gathered.chunks.push({ query: number, ids, above: 0 });
  return found.map(({ element }) => element.entityId).sort((a, b) => a - b);
}

/** Takes up the activities of a page that a rule of the pass concerns. Null: it was the last page, otherwise its last id. */
export function gatherActivities(
  read: Read,
  query: SweepQuery,
  number: number,
  deps: GatherDeps,
  gathered: Gathered,
): number | null {
  gathered.activityPages += 1;
  if (!read.ok) {
    gathered.refusal ??= read.code;
    return null;
  }
  const activities = readActivities(read.result);
  for (const activity of activities) {
    if (!query.rules.some((rule) => concernsActivity(rule, activity))) continue;
    const candidate = candidateOf(activity, deps.rules);
    if (candidate === null) continue;
    gathered.candidates.push(candidate);
    gathered.origins.set(activity.id, number);
  }
  return isFullPage(read.result) ? (activities.at(-1)?.id ?? null) : null;
}
