import { SortedIds } from './activities/sorted-ids.ts';

/** Rows by id, with the ids kept in order. */
export class Table<Row extends { readonly id: number }> {
  readonly ids = new SortedIds();
  readonly #rows = new Map<number, Row>();

  get size(): number {
    return this.#rows.size;
  }

  get(id: number): Row | undefined {
    return this.#rows.get(id);
  }

  has(id: number): boolean {
    return this.#rows.has(id);
  }

  put(row: Row): Row {
    this.#rows.set(row.id, row);
    this.ids.add(row.id);
    return row;
  }

  remove(id: number): boolean {
    this.ids.remove(id);
    return this.#rows.delete(id);
  }

  /** The id of the next new row: auto increment. */
  nextId(): number {
    return (this.ids.last() ?? 0) + 1;
  }

  *all(): Generator<Row> {
    for (const id of this.ids.after(0)) {
      const row = this.#rows.get(id);
      if (row !== undefined) yield row;
    }
  }
}
