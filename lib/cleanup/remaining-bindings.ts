import { bindingsOf, readBindings } from '../bitrix24/bindings.ts';
import { type Element, sameElement } from '../bitrix24/element.ts';
import type { Ask } from '../unbind/planner.ts';
import { allowsRemoval } from './matches.ts';
import type { Rule } from './rule.ts';

/**
 * The bindings of activities as they will be after everything that was planned so far: two elements of one plan must not
 * each count on the other to remain (D§6).
 */
export class RemainingBindings {
  readonly #ask: Ask;
  readonly #known = new Map<number, Element[]>();

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Reads what is not known yet, in as few requests as possible. */
  async read(activityIds: readonly number[]): Promise<void> {
    const unknown = [...new Set(activityIds)].filter((id) => !this.#known.has(id));
    await Promise.all(
      unknown.map(async (id) => {
        const read = await this.#ask(bindingsOf(id));
        this.#known.set(id, read.ok ? readBindings(read.result) : []);
      }),
    );
  }

  of(activityId: number): readonly Element[] {
    return this.#known.get(activityId) ?? [];
  }

  /** Counts the binding as removed and says true, if one of the rules allows it. */
  remove(activityId: number, element: Element, rules: readonly Rule[]): boolean {
    const bindings = this.of(activityId);
    if (!rules.some((rule) => allowsRemoval(rule, element, bindings))) return false;
    this.#known.set(
      activityId,
      bindings.filter((binding) => !sameElement(binding, element)),
    );
    return true;
  }
}
