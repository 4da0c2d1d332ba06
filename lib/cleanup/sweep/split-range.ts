import { PAGE } from '../../bitrix24/crm/activity-list.ts';
import { MOST_PARTS, PAGES_PER_PART } from '../policy.ts';
import type { Source } from './sweep-state.ts';

/**
 * Cuts the ids between the first and the last page of a source into parts of equal width. Their number is estimated from how
 * close the ids on these two pages are.
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

/** The mean distance between neighbouring ids. */
const spanOf = (ids: readonly number[]): number =>
  Math.max(1, ((ids.at(-1) ?? 0) - (ids[0] ?? 0)) / Math.max(1, ids.length - 1));
