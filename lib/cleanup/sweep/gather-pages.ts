import type { Activity } from '../../bitrix24/crm/activity.ts';
import { isFullPage, PAGE, readActivities } from '../../bitrix24/crm/activity-list.ts';
import type { Element } from '../../bitrix24/crm/element.ts';
import type { Ask, Read } from '../../jobs/planner.ts';
import { itemsOf } from '../rules/element-facts.ts';
import type { KnownFacts } from '../rules/known-facts.ts';
import { concernsActivity, concernsElement, type PreparedRule } from '../rules/prepared-rule.ts';
import type { StageDirectory } from '../rules/stage-directory.ts';
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
  /** Elements whose facts listed activities wait for. */
  readonly needed: readonly Element[];
};

/** What the answers to one request have brought. */
export type Gathered = {
  readonly sources: Source[];
  readonly chunks: Chunk[];
  /** Activities from the pages; one may be there several times. */
  readonly candidates: Candidate[];
  /** By activity: the number of the query that found it. */
  readonly origins: Map<number, number>;
  /** By query: how many ids lie from its first to its last one, if that was learned. */
  readonly spans: Map<number, number>;
  readonly listed: Listed[];
  activityPages: number;
  /** Bitrix24's code for the first page that could not be read; what follows it in its query is left out. */
  refusal: string | null;
};

export const isFull = (read: Read, { by }: SweepQuery): boolean =>
  read.ok && (by === 'activities' ? isFullPage(read.result) : itemsOf(read.result).length >= PAGE);

/** Adds what a page of a source holds above the id `from`; returns all ids of the page, ascending. */
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

/** Adds the activities of a page that a rule of the query concerns; returns the page's last id, null if no page follows. */
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

/** The activity with the numbers of the rules that concern it; null: none does. */
export function candidateOf(activity: Activity, rules: readonly PreparedRule[]): Candidate | null {
  const own = rules.flatMap((rule, number) => (concernsActivity(rule, activity) ? [number] : []));
  return own.length === 0 ? null : { id: activity.id, updatedAt: activity.updatedAt, rules: own };
}
