import type { SweepState } from './sweep-state.ts';
import type { QueryVolume } from './sweep-volume.ts';

/** An unfinished sweep always has something left, however little the estimate finds. */
const LEAST_LEFT = 1;
/** Even in the longest sweep, one request is worth more than the last digit. */
const DIGITS = 1e8;

/**
 * How much of the sweep is done, from 0 to less than 1; null: not known yet. The commands asked since `before` are compared
 * with those that are left, and take their part of the remaining progress. So progress never goes back, always advances when
 * something is done, and a wrong estimate is corrected over the rest of the sweep.
 *
 *   0 ──────── progress ─┬─────── remaining ────── 1
 *                        └ asked ┴──── left ─────┘
 */
export function progressAfter(before: SweepState, after: SweepState): number | null {
  const { progress } = before.volume;
  const left = workLeft(after);
  const asked = after.volume.asked - (progress === null ? 0 : before.volume.asked);
  if (left === null || asked <= 0) return progress;

  const from = progress ?? 0;
  const to = from + (1 - from) * (asked / (asked + Math.max(LEAST_LEFT, left)));
  return Math.max(from, Math.floor(to * DIGITS) / DIGITS);
}

/** A query, and what is known to lie ahead of it. */
type Ahead = QueryVolume & {
  /** Ids still to be read for each id that was read. */
  readonly ratio: number;
  /** Elements whose activities are still to be listed. */
  readonly waiting: number;
};

/**
 * Estimates the commands that are left; null: not known yet. What lies ahead of a query is taken to be like what it has read:
 * as many pages, elements and candidates per id. Removals are left out on both sides, as a candidate leads to about as many
 * early as late.
 */
export function workLeft(state: SweepState): number | null {
  const { candidates, volume } = state;
  const known = volume.queries.flatMap((query, number) => (query.span === 0 ? [] : [aheadOf(query, number, state)]));
  if (known.length === 0) return null;
  const each = commandsPerCandidate(state);
  const usual = usualCost(known, each);
  if (usual === null) return null;

  const left = known.map((query) => leftOf(query, each, usual));
  const whole = known.map((query, index) => query.pages + costOf(query, each) + (left[index] ?? 0));
  // A query that has read nothing yet is taken to be like the others.
  const unknown = (volume.queries.length - known.length) * (sum(whole) / known.length);
  return candidates.length * each + sum(left) + unknown;
}

function aheadOf(query: QueryVolume, number: number, { sources, chunks }: SweepState): Ahead {
  const widths = sources.map(({ query: of, above, below }) =>
    of === number && below !== null ? Math.max(0, below - above - 1) : 0,
  );
  const ids = Math.min(query.span, sum(widths));
  // How far a begun chunk is, is unknown: half of it is assumed.
  const elements = chunks.map(({ query: of, ids: { length }, above }) =>
    of !== number ? 0 : above > 0 ? length / 2 : length,
  );
  return { ...query, ratio: ids / Math.max(1, query.span - ids), waiting: Math.min(query.elements, sum(elements)) };
}

/** One for the bindings of the candidate, and its part of the reads of facts, which are about many elements at a time. */
function commandsPerCandidate({ volume: { asked, queries }, evaluatedCount, listed }: SweepState): number {
  const lists = evaluatedCount + listed.length;
  const pages = sum(queries.map((query) => query.pages + query.activityPages));
  return 1 + Math.max(0, asked - pages - lists) / Math.max(1, lists);
}

/** Commands per element whose activities were listed, over all queries; null: none was yet, though some wait. */
function usualCost(queries: readonly Ahead[], each: number): number | null {
  const byElements = queries.filter(({ elements }) => elements > 0);
  if (byElements.length === 0) return 0;
  const looked = sum(byElements.map(({ elements, waiting }) => elements - waiting));
  return looked === 0 ? null : sum(byElements.map((query) => costOf(query, each))) / looked;
}

function leftOf(query: Ahead, each: number, usual: number): number {
  const { ratio, pages, elements, waiting } = query;
  // A query by activities has no elements.
  if (elements === 0) return ratio * (pages + costOf(query, each));
  const looked = elements - waiting;
  const perElement = looked > 0 ? costOf(query, each) / looked : usual;
  return ratio * pages + (ratio * elements + waiting) * perElement;
}

const costOf = ({ activityPages, candidates }: QueryVolume, each: number): number => activityPages + candidates * each;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
