import type { Pair } from '../rules/exemption-store.ts';
import type { RunEnd } from './run-store.ts';

/** One removal that a plan proposes. */
export type PlanItem = Pair & { readonly rule: string };

export type Plan = {
  readonly id: string;
  /** The run that makes it, or has made it last; null: it is so old that nobody knows. */
  readonly run: string | null;
  /** `planning`, then `ready`; `stopped`: it is not complete. */
  readonly state: 'planning' | 'ready' | 'stopped';
  /** Why it is not complete; null: it is, it is still being made, or it is so old that nobody knows. */
  readonly ended: RunEnd | null;
  /** Bitrix24's code for the first thing that could not be read; null: everything so far could. */
  readonly code: string | null;
  /** ms */
  readonly createdAt: number;
  /** The rules that it was made by, JSON. */
  readonly rules: string;
  /** Of the way through the portal, 0 to 1; estimated until it is ready. null: nobody knows. */
  readonly share: number | null;
  /** Activities that were weighed. */
  readonly weighed: number;
  /** Removals, in all and by rule. */
  readonly items: number;
  /** What the rules would take besides, and leave alone: exempt, or refused before (D§6). */
  readonly spared: number;
  readonly byRule: { readonly [rule: string]: number };
  /** The runs that applied it, in their order, and how many items are through. */
  readonly applied: readonly string[];
  readonly done: number;
  /** The item at which the next run of it begins: behind those that are through, or the first that could not be read. */
  readonly next: number;
};

/** A part of a plan's items, in their order. */
export type PlanPage = { readonly items: readonly PlanItem[]; readonly next: number | null };

/** Port: plans that can be shown, exported and applied. Implemented over DynamoDB; plans expire like outcomes. */
export interface PlanStore {
  read(portal: string, id: string): Promise<Plan | null>;
  /** Newest first. */
  list(portal: string): AsyncIterable<Plan>;
  write(portal: string, plan: Plan): Promise<void>;
  /** Stores the items from number `from` on; the same again changes nothing. */
  addItems(portal: string, id: string, from: number, items: readonly PlanItem[]): Promise<void>;
  /** Forgets the items from number `from` on: those that are made now may lie on other pages. */
  dropItems(portal: string, id: string, from: number): Promise<void>;
  /** At most `limit` items from number `from` on; a crash can have left some behind those that the plan counts. */
  page(portal: string, id: string, from: number, limit: number): Promise<PlanPage>;
  /** Notes that a run applies it, or how far that is. */
  noteApplied(portal: string, id: string, run: string, progress: Pick<Plan, 'done' | 'next'>): Promise<void>;
}
