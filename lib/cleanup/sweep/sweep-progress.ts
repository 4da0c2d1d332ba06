import type { SweepState } from './sweep-state.ts';
import type { QueryVolume } from './sweep-volume.ts';

/** Whoever is not through has something left, however little the estimate finds. */
const LEAST_LEFT = 1;
/** Even of the longest sweep a turn is worth more than the last digit. */
const DIGITS = 1e8;

/**
 * How much of the way is gone after some more of it, 0 to less than 1; null: nobody knows yet. What was asked since `before`
 * is weighed against what is left from there, and takes that share of the rest: so it never goes back, always goes on when
 * something is done, and whatever was estimated wrong is made up for on the rest of the way.
 *
 *   0 ────────── share ──┬───────── rest ───────── 1
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

/** A pass, and what of it is known to lie ahead. */
type Ahead = QueryVolume & {
  /** Ids in parts that are still to be gone through, for each that was gone through. */
  readonly ratio: number;
  /** Elements whose activities are to be listed. */
  readonly waiting: number;
};

/**
 * Commands that are still to come; null: nobody knows. What lies ahead of a pass is like what lies behind: as many pages,
 * elements and candidates for an id. Removals are left out on both sides, as about as many come of a candidate early and late.
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
  // A pass that nobody has looked at is taken for one like the others.
  const unknown = (volume.queries.length - known.length) * (sum(whole) / known.length);
  return candidates.length * each + sum(left) + unknown;
}

function aheadOf(query: QueryVolume, number: number, { sources, chunks }: SweepState): Ahead {
  const widths = sources.map(({ query: of, above, below }) =>
    of === number && below !== null ? Math.max(0, below - above - 1) : 0,
  );
  const ids = Math.min(query.span, sum(widths));
  // Nobody knows how far a chunk is that is begun.
  const elements = chunks.map(({ query: of, ids: { length }, above }) =>
    of !== number ? 0 : above > 0 ? length / 2 : length,
  );
  return { ...query, ratio: ids / Math.max(1, query.span - ids), waiting: Math.min(query.elements, sum(elements)) };
}

/** The bindings of a candidate are one; facts about its elements are asked for many at a time. */
function commandsPerCandidate({ volume: { asked, queries }, evaluatedCount, listed }: SweepState): number {
  const lists = evaluatedCount + listed.length;
  const pages = sum(queries.map((query) => query.pages + query.activityPages));
  return 1 + Math.max(0, asked - pages - lists) / Math.max(1, lists);
}

/** Of an element that was looked at, in all passes; null: none was, though some wait. */
function usualCost(queries: readonly Ahead[], each: number): number | null {
  const byElements = queries.filter(({ elements }) => elements > 0);
  if (byElements.length === 0) return 0;
  const looked = sum(byElements.map(({ elements, waiting }) => elements - waiting));
  return looked === 0 ? null : sum(byElements.map((query) => costOf(query, each))) / looked;
}

function leftOf(query: Ahead, each: number, usual: number): number {
  const { ratio, pages, elements, waiting } = query;
  // Those that go through activities know no elements.
  if (elements === 0) return ratio * (pages + costOf(query, each));
  const looked = elements - waiting;
  const perElement = looked > 0 ? costOf(query, each) / looked : usual;
  return ratio * pages + (ratio * elements + waiting) * perElement;
}

const costOf = ({ activityPages, candidates }: QueryVolume, each: number): number => activityPages + candidates * each;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
