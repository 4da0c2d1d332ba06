import { PAGE } from '../../bitrix24/crm/activity-list.ts';
import type { Source } from './sweep-state.ts';

/** Parts that are read at the same time make full requests; each of them ends with a page that is not full. */
const PAGES_PER_PART = 6;
const MOST_PARTS = 40;

/**
 * Cuts the ids between the first and the last page of a source into parts of equal width. How many are worth while is
 * guessed from how close the ids on these pages are.
 */
export function splitRange(query: number, first: readonly number[], last: readonly number[]): Source[] {
  const above = first.at(-1) ?? 0;
  const below = last[0] ?? 0;
  const width = below - above - 1;
  if (width <= 0) return [];
  const step = (spanOf(first) + spanOf(last)) / 2;
  const pages = width / step / PAGE;
  const parts = Math.max(1, Math.min(MOST_PARTS, Math.round(pages / PAGES_PER_PART)));
  const edge = (part: number): number => above + Math.floor((width * part) / parts);
  return Array.from({ length: parts }, (_, part) => ({
    query,
    above: edge(part),
    below: part === parts - 1 ? below : edge(part + 1) + 1,
    whole: false,
  }));
}

/** Distance between neighbours. */
const spanOf = (ids: readonly number[]): number =>
  Math.max(1, ((ids.at(-1) ?? 0) - (ids[0] ?? 0)) / Math.max(1, ids.length - 1));
