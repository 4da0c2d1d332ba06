import type { Element } from '../../bitrix24/crm/element.ts';

/** A binding, whether or not it exists at the moment. */
export type Pair = { readonly activityId: number; readonly element: Element };

/** What keeps rules away from the bindings of one activity, by element key. */
export type ActivityExemptions = {
  /** An undo bound them again: exempt from rules until a person releases them (D§6). Since when, ms. */
  readonly exempt: ReadonlyMap<string, number>;
  /** Bitrix24 refused to remove them: when, ms. Rules leave them alone for a while (D§6). */
  readonly refused: ReadonlyMap<string, number>;
  /** When we last changed the activity ourselves, which is no reason to try again what was refused, ms; null: not known. */
  readonly ownChangeAt: number | null;
};

export type Exemption = Pair & {
  /** ms */
  readonly since: number;
  /** The undo that made it. */
  readonly run: string;
};

/** A pair that Bitrix24 has refused, and that rules leave alone for a while. */
export type RestingPair = Pair & {
  /** ms */
  readonly since: number;
};

export const NO_EXEMPTIONS: ActivityExemptions = { exempt: new Map(), refused: new Map(), ownChangeAt: null };

/**
 * Port: which bindings rules leave alone, for good (exempt) or for a while (refused by Bitrix24). Implemented over DynamoDB;
 * refusals expire by themselves.
 */
export interface ExemptionStore {
  /** Those of the given activities for which something is noted. A consistent read. */
  of(portal: string, activityIds: readonly number[]): Promise<ReadonlyMap<number, ActivityExemptions>>;
  noteRefused(portal: string, pairs: readonly Pair[], at: number): Promise<void>;
  exempt(portal: string, pairs: readonly Pair[], run: string, at: number): Promise<void>;
  release(portal: string, pairs: readonly Pair[]): Promise<void>;
  list(portal: string): AsyncIterable<Exemption>;
  /** All refusals that have not expired, even if the activity or element has changed since: only reading those would tell. */
  listResting(portal: string): AsyncIterable<RestingPair>;
  /** Lets rules try them again. */
  forgetRefused(portal: string, pairs: readonly Pair[]): Promise<void>;
}
