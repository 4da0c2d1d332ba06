import { type Ref, refKey, sameRef } from '../elements/entity-types.ts';
import { SortedIds } from './sorted-ids.ts';

/** A row of the binding table. An activity's rows are in the database's order, by row id (B§2.1). */
export type BindingRow = Ref & { readonly id: number };

/** What a write changed, compared with the list before it. */
export type BindingDifference = { readonly removed: readonly Ref[]; readonly added: readonly Ref[] };

/** An activity between DELETE and INSERT: nobody sees its rows, and a writer is about to insert a list. */
type Gap = { readonly before: readonly Ref[]; readonly writers: number };

export class BindingTable {
  #lastId = 0;
  readonly #ofActivity = new Map<number, readonly BindingRow[]>();
  readonly #ofElement = new Map<string, SortedIds>();
  readonly #gaps = new Map<number, Gap>();

  /** The activity's rows as any reader sees them now; empty inside a gap (B§2.1). */
  rows(activityId: number): readonly BindingRow[] {
    return this.#ofActivity.get(activityId) ?? [];
  }

  /** Ids of the activities bound to an element, in order. */
  activitiesOf(element: Ref): SortedIds | undefined {
    return this.#ofElement.get(refKey(element));
  }

  /** The same as a copy, which can be iterated while bindings change. */
  activityIds(element: Ref): number[] {
    const ids = this.activitiesOf(element);
    return ids === undefined ? [] : [...ids.after(0)];
  }

  insert(activityId: number, refs: readonly Ref[]): void {
    const rows = [...this.rows(activityId)];
    for (const ref of refs) {
      if (rows.some((row) => sameRef(row, ref))) continue;
      this.#lastId += 1;
      rows.push({ id: this.#lastId, entityTypeId: ref.entityTypeId, entityId: ref.entityId });
      this.#index(ref).add(activityId);
    }
    this.#ofActivity.set(activityId, rows);
  }

  remove(activityId: number, ref: Ref): boolean {
    const rows = this.rows(activityId);
    const kept = rows.filter((row) => !sameRef(row, ref));
    if (kept.length === rows.length) return false;
    this.#ofActivity.set(activityId, kept);
    this.#unindex(activityId, ref);
    return true;
  }

  clear(activityId: number): readonly BindingRow[] {
    const rows = this.rows(activityId);
    for (const row of rows) this.#unindex(activityId, row);
    this.#ofActivity.delete(activityId);
    return rows;
  }

  /** DELETE, the first half of a write. */
  beginWrite(activityId: number): void {
    const gap = this.#gaps.get(activityId);
    const rows = this.clear(activityId);
    this.#gaps.set(activityId, {
      before: rows.length > 0 || gap === undefined ? rows : gap.before,
      writers: (gap?.writers ?? 0) + 1,
    });
  }

  /**
   * INSERT, the second half. The last writer wins (B§2.1): it replaces whatever another writer inserted in the meantime.
   *
   *   A reads 1 2 3          A DELETE         A INSERT 2 3
   *      B reads 1 2 3          B DELETE         B INSERT 1 3     ──▶  1 3: the removal of 1 is lost
   */
  endWrite(activityId: number, list: readonly Ref[]): BindingDifference {
    const gap = this.#gaps.get(activityId);
    const visible = this.rows(activityId);
    const before = visible.length > 0 || gap === undefined ? visible : gap.before;
    this.clear(activityId);
    this.insert(activityId, list);
    const writers = (gap?.writers ?? 1) - 1;
    if (writers > 0) this.#gaps.set(activityId, { before: list, writers });
    else this.#gaps.delete(activityId);
    return { removed: without(before, list), added: without(list, before) };
  }

  #index(ref: Ref): SortedIds {
    const key = refKey(ref);
    const known = this.#ofElement.get(key);
    if (known !== undefined) return known;
    const fresh = new SortedIds();
    this.#ofElement.set(key, fresh);
    return fresh;
  }

  #unindex(activityId: number, ref: Ref): void {
    const ids = this.#ofElement.get(refKey(ref));
    ids?.remove(activityId);
    if (ids?.size === 0) this.#ofElement.delete(refKey(ref));
  }
}

const without = (refs: readonly Ref[], others: readonly Ref[]): Ref[] =>
  refs
    .filter((ref) => !others.some((other) => sameRef(ref, other)))
    .map(({ entityTypeId, entityId }) => ({ entityTypeId, entityId }));
