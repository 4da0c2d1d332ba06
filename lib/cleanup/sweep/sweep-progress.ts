import type { SweepState } from './sweep-state.ts';
import type { PassExtent } from './sweep-volume.ts';

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
export function shareAfter(before: SweepState, after: SweepState): number | null {
  const { share } = before.extent;
  const left = workLeft(after);
  const asked = after.extent.asked - (share === null ? 0 : before.extent.asked);
  if (left === null || asked <= 0) return share;

  const from = share ?? 0;
  const to = from + (1 - from) * (asked / (asked + Math.max(LEAST_LEFT, left)));
  return Math.max(from, Math.floor(to * DIGITS) / DIGITS);
}

/** A pass, and what of it is known to lie ahead. */
type Ahead = PassExtent & {
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
  const { candidates, extent } = state;
  const known = extent.passes.flatMap((pass, number) => (pass.span === 0 ? [] : [aheadOf(pass, number, state)]));
  if (known.length === 0) return null;
  const each = commandsPerCandidate(state);
  const usual = usualCost(known, each);
  if (usual === null) return null;

  const left = known.map((pass) => leftOf(pass, each, usual));
  const whole = known.map((pass, index) => pass.pages + costOf(pass, each) + (left[index] ?? 0));
  // A pass that nobody has looked at is taken for one like the others.
  const unknown = (extent.passes.length - known.length) * (sum(whole) / known.length);
  return candidates.length * each + sum(left) + unknown;
}

function aheadOf(pass: PassExtent, number: number, { sources, chunks }: SweepState): Ahead {
  const widths = sources.map(({ pass: of, above, below }) =>
    of === number && below !== null ? Math.max(0, below - above - 1) : 0,
  );
  const ids = Math.min(pass.span, sum(widths));
  // Nobody knows how far a chunk is that is begun.
  const elements = chunks.map(({ pass: of, ids: { length }, above }) =>
    of !== number ? 0 : above > 0 ? length / 2 : length,
  );
  return { ...pass, ratio: ids / Math.max(1, pass.span - ids), waiting: Math.min(pass.elements, sum(elements)) };
}

/** The bindings of a candidate are one; facts about its elements are asked for many at a time. */
function commandsPerCandidate({ extent: { asked, passes }, weighedCount, listed }: SweepState): number {
  const lists = weighedCount + listed.length;
  const pages = sum(passes.map((pass) => pass.pages + pass.activityPages));
  return 1 + Math.max(0, asked - pages - lists) / Math.max(1, lists);
}

/** Of an element that was looked at, in all passes; null: none was, though some wait. */
function usualCost(passes: readonly Ahead[], each: number): number | null {
  const byElements = passes.filter(({ elements }) => elements > 0);
  if (byElements.length === 0) return 0;
  const looked = sum(byElements.map(({ elements, waiting }) => elements - waiting));
  return looked === 0 ? null : sum(byElements.map((pass) => costOf(pass, each))) / looked;
}

function leftOf(pass: Ahead, each: number, usual: number): number {
  const { ratio, pages, elements, waiting } = pass;
  // Those that go through activities know no elements.
  if (elements === 0) return ratio * (pages + costOf(pass, each));
  const looked = elements - waiting;
  const perElement = looked > 0 ? costOf(pass, each) / looked : usual;
  return ratio * pages + (ratio * elements + waiting) * perElement;
}

const costOf = ({ activityPages, candidates }: PassExtent, each: number): number => activityPages + candidates * each;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
