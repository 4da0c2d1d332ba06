import type { SortedIds } from '../crm/activities/sorted-ids.ts';
import { splitKey } from './filter.ts';
import { listOf } from './parameter.ts';

/** The range of ids that a filter allows, both ends exclusive, and those it lists, in order: where a scan begins and ends. */
export type IdWindow = { readonly above: number; readonly below: number; readonly listed: readonly number[] | null };

/** Reads `>ID`, `<=ID`, `ID` … of a filter; anything it does not understand only widens the window. */
export function idWindow(filter: { readonly [key: string]: unknown }, idName: string): IdWindow {
  let above = 0;
  let below = Number.MAX_SAFE_INTEGER;
  let ids: readonly number[] | null = null;
  for (const [key, value] of Object.entries(filter)) {
    const { operator, name } = splitKey(key);
    if (name !== idName) continue;
    const listed = operator === '@' ? listOf(value).map(Number).filter(Number.isInteger) : [];
    if (listed.length > 0) {
      ids = [...new Set(listed)].toSorted((one, other) => one - other);
      above = Math.max(above, Math.min(...listed) - 1);
      below = Math.min(below, Math.max(...listed) + 1);
    }
    const id = typeof value === 'object' ? Number.NaN : Number(value);
    if (!Number.isInteger(id)) continue;
    if (operator === '>') above = Math.max(above, id);
    if (operator === '>=' || operator === '=') above = Math.max(above, id - 1);
    if (operator === '<') below = Math.min(below, id);
    if (operator === '<=' || operator === '=') below = Math.min(below, id + 1);
  }
  return { above, below, listed: ids };
}

/** The ids of an index inside the window, in either direction; lazily, as far as the caller reads. */
export function* idsIn(ids: SortedIds, window: IdWindow, descending: boolean): Generator<number> {
  const { above, below, listed } = window;
  const scan = listed ?? (descending ? ids.before(below) : ids.after(above));
  for (const id of listed !== null && descending ? listed.toReversed() : scan) {
    if (listed !== null && (id <= above || id >= below)) continue;
    if (descending ? id <= above : id >= below) return;
    yield id;
  }
}
