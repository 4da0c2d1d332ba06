import { PAGE } from '../../bitrix24/crm/activity-list.ts';
import { type Element, elementKey } from '../../bitrix24/crm/element.ts';
import type { RestCall } from '../../bitrix24/rest/rest-call.ts';
import { inParts } from '../../in-parts.ts';
import type { Ask, Read } from '../../jobs/planner.ts';
import { type ElementFacts, factsOf, itemsOf, unseen } from './element-facts.ts';
import { elementById, elementsById } from './list-calls.ts';
import type { StageDirectory } from './stage-directory.ts';

const NO_ANSWER: Read = { ok: false, code: '' };

/** One call that reads facts, and what to do with its answer. */
export type FactsRead = {
  readonly call: RestCall;
  readonly learn: (read: Read) => void;
  /** Whether it is about as many elements as one call can be. */
  readonly full: boolean;
};

/** What is known about elements, and how to read what is not. */
export class KnownFacts {
  readonly #known = new Map<string, ElementFacts>();
  readonly #refused = new Map<string, string>();
  readonly #stages: StageDirectory;

  constructor(stages: StageDirectory) {
    this.#stages = stages;
  }

  get size(): number {
    return this.#known.size;
  }

  readonly of = (element: Element): ElementFacts | null => this.#known.get(elementKey(element)) ?? null;

  /**
   * Bitrix24's code if the element could not be read; null if it could, or if the refusal itself is the answer: its type no
   * longer exists, or it exists and we may not read it.
   */
  readonly refusalOf = (element: Element): string | null => this.#refused.get(elementKey(element)) ?? null;

  /** The first such code, of any element. */
  get refusal(): string | null {
    return this.#refused.values().next().value ?? null;
  }

  learn(facts: ElementFacts): void {
    const key = elementKey(facts.element);
    this.#known.set(key, facts);
    if (facts.state === 'present') this.#refused.delete(key);
  }

  /** Takes over what another memory knows about some elements. */
  learnFrom(other: KnownFacts, elements: readonly Element[]): void {
    for (const element of elements) {
      const [facts, refusal] = [other.of(element), other.refusalOf(element)];
      if (facts !== null) this.learn(facts);
      if (refusal !== null) this.#refused.set(elementKey(element), refusal);
    }
  }

  /** Learns the elements of a list. */
  learnItems(entityTypeId: number, items: readonly unknown[]): ElementFacts[] {
    const found = items.flatMap((item) => factsOf(entityTypeId, item, this.#stages.stageOf(entityTypeId)) ?? []);
    for (const facts of found) this.learn(facts);
    return found;
  }

  /** Learns the answer to `elementById`. */
  learnSingle(element: Element, read: Read): void {
    if (read.ok) {
      this.learnItems(element.entityTypeId, [Reflect.get(Object(read.result), 'item')]);
      return;
    }
    this.learn(unseen(element, read.code === 'NOT_FOUND' ? 'missing' : 'unreadable'));
    // Being denied access still tells that the element exists (B§2.3).
    const isAnswer = read.code === 'NOT_FOUND' || read.code === 'ACCESS_DENIED';
    if (!isAnswer) this.#refused.set(elementKey(element), read.code);
  }

  /**
   * 50 elements of a type at a time. An element that a list did not show is read alone, as only that tells whether it is
   * missing. Elements of a type that no longer exists are all unreadable: none can be unbound (B§2.1).
   */
  reads(elements: readonly Element[]): FactsRead[] {
    const absent = elements.filter((element) => this.of(element) !== null);
    const byType = Map.groupBy(
      elements.filter((element) => this.of(element) === null),
      ({ entityTypeId }) => entityTypeId,
    );
    return [
      ...[...byType].flatMap(([entityTypeId, ofType]) =>
        pagesOf(ofType).map((page) => this.#pageRead(entityTypeId, page)),
      ),
      ...absent.map((element) => this.#singleRead(element)),
    ];
  }

  /** `doubtful`: elements that may be missing; they are read alone at the same time. */
  async read(elements: readonly Element[], ask: Ask, doubtful: readonly Element[] = []): Promise<void> {
    const reads = this.reads(elements);
    const singles = doubtful.map((element) => ({ element, ...this.#singleRead(element) }));
    const answers = await Promise.all([...reads, ...singles].map(({ call }) => ask(call)));
    for (const [index, { learn }] of reads.entries()) learn(answers[index] ?? NO_ANSWER);
    for (const [index, { element, learn }] of singles.entries()) {
      // Bitrix24 calls every element of a deleted type missing (B§2.3), and none can be unbound (B§2.1).
      if (this.of(element)?.state === 'absent') learn(answers[reads.length + index] ?? NO_ANSWER);
    }
  }

  #pageRead(entityTypeId: number, page: readonly Element[]): FactsRead {
    const ids = page.map(({ entityId }) => entityId);
    return {
      call: elementsById(entityTypeId, ids),
      learn: (read) => {
        if (read.ok) this.learnItems(entityTypeId, itemsOf(read.result));
        for (const element of page.filter((one) => this.of(one) === null)) {
          this.learn(unseen(element, read.ok ? 'absent' : 'unreadable'));
          // NOT_FOUND: the type does not exist (B§2.3).
          if (!read.ok && read.code !== 'NOT_FOUND') this.#refused.set(elementKey(element), read.code);
        }
      },
      full: page.length === PAGE,
    };
  }

  #singleRead(element: Element): FactsRead {
    return { call: elementById(element), learn: (read) => this.learnSingle(element, read), full: false };
  }
}

const pagesOf = (elements: readonly Element[]): Element[][] =>
  inParts([...new Map(elements.map((element) => [elementKey(element), element])).values()], PAGE);
