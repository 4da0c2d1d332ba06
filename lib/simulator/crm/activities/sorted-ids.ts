const CHUNK = 512;

/**
 * A set of ids in ascending order, kept in chunks: adding, removing and starting at any id cost the same for a hundred ids
 * and for a million. It stands for the index on ID in a portal's database (B§2.2, cursor paging).
 */
export class SortedIds {
  #chunks: number[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** False: it was already in the set. */
  add(id: number): boolean {
    const at = this.#chunkFor(id);
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#append(id);
      return true;
    }
    const place = lowerBound(chunk, id);
    if (chunk[place] === id) return false;
    chunk.splice(place, 0, id);
    if (chunk.length > CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK / 2));
    this.#size += 1;
    return true;
  }

  /** False: it was not in the set. */
  remove(id: number): boolean {
    const at = this.#chunkFor(id);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return false;
    const place = lowerBound(chunk, id);
    if (chunk[place] !== id) return false;
    chunk.splice(place, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
    this.#size -= 1;
    return true;
  }

  last(): number | undefined {
    return this.#chunks.at(-1)?.at(-1);
  }

  /** Ids greater than `id`, ascending. */
  *after(id: number): Generator<number> {
    for (let at = this.#chunkFor(id); at < this.#chunks.length; at += 1) {
      const chunk = this.#chunks[at] ?? [];
      for (const candidate of chunk) if (candidate > id) yield candidate;
    }
  }

  /** Ids less than `id`, descending. */
  *before(id: number): Generator<number> {
    for (let at = Math.min(this.#chunkFor(id), this.#chunks.length - 1); at >= 0; at -= 1) {
      const chunk = this.#chunks[at] ?? [];
      for (const candidate of chunk.toReversed()) if (candidate < id) yield candidate;
    }
  }

  /** The first chunk whose last id is not less than `id`; one past the end when there is none. */
  #chunkFor(id: number): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#chunks[middle]?.at(-1) ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #append(id: number): void {
    const tail = this.#chunks.at(-1);
    if (tail === undefined || tail.length >= CHUNK) this.#chunks.push([id]);
    else tail.push(id);
    this.#size += 1;
  }
}

function lowerBound(ids: readonly number[], id: number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
