import type { Element } from '../../bitrix24/crm/element.ts';

/** A binding that may or may not be there. */
export type Pair = { readonly activityId: number; readonly element: Element };

/** What is noted about the bindings of one activity, by element key. */
export type ActivityExemptions = {
  /** A person bound them again: exempt from rules until released (D§6). Since when, ms. */
  readonly exempt: ReadonlyMap<string, number>;
  /** Bitrix24 refused: when, ms. Rules leave them alone until something changes (D§6). */
  readonly refused: ReadonlyMap<string, number>;
  /** When we have changed the activity ourselves since something of it was refused, ms. */
  readonly ownChangeAt: number | null;
};

export type Exemption = Pair & {
  /** ms */
  readonly since: number;
  /** The undo that asked for it. */
  readonly run: string;
};

/** A pair that Bitrix24 has refused, and that rules leave alone for a while. */
export type RestingPair = Pair & {
  /** ms */
  readonly since: number;
};

export const NO_EXEMPTIONS: ActivityExemptions = { exempt: new Map(), refused: new Map(), ownChangeAt: null };

/** Port: what is noted about pairs of activity and element. Implemented over DynamoDB; refusals expire by themselves. */
export interface ExemptionStore {
  /** Of the given activities those that have any. Consistent. */
  of(portal: string, activityIds: readonly number[]): Promise<ReadonlyMap<number, ActivityExemptions>>;
  noteRefused(portal: string, pairs: readonly Pair[], at: number): Promise<void>;
  /** Our own change of these activities is no reason to try what was refused again. */
  noteOwnChange(portal: string, activityIds: readonly number[], at: number): Promise<void>;
  exempt(portal: string, pairs: readonly Pair[], run: string, at: number): Promise<void>;
  release(portal: string, pairs: readonly Pair[]): Promise<void>;
  list(portal: string): AsyncIterable<Exemption>;
  /** Refusals as they were noted: also those that something has changed since, as that is only seen when it is looked at. */
  listResting(portal: string): AsyncIterable<RestingPair>;
  /** Rules may try them again. */
  forgetRefused(portal: string, pairs: readonly Pair[]): Promise<void>;
}
