import { Page } from '../method.ts';

const PAGE = 50;

/**
 * A page of 50 rows (B§2.2). `start` -1 switches off counting: no `total`, no `next`, and nothing is read beyond the page,
 * which makes cursor paging cheap. Otherwise `total` is the count and `next` is where the next page starts, if there is one.
 */
export function pageOf<Row>(rows: Iterable<Row>, start: unknown, render: (rows: Row[]) => unknown): Page {
  const from = Math.trunc(Number(start ?? 0)) || 0;
  if (from < 0) return new Page(render(firstOf(rows, PAGE)));
  const page: Row[] = [];
  let total = 0;
  for (const row of rows) {
    if (total >= from && page.length < PAGE) page.push(row);
    total += 1;
  }
  return new Page(render(page), total, from + PAGE < total ? from + PAGE : undefined);
}

function firstOf<Row>(rows: Iterable<Row>, count: number): Row[] {
  const first: Row[] = [];
  for (const row of rows) {
    first.push(row);
    if (first.length === count) break;
  }
  return first;
}
