import type { Pair } from '../rules/exemption-store.ts';
import type { RunEnd } from './run-store.ts';

/** A removal that a plan proposes. */
export type PlanItem = Pair & { readonly rule: string };

export type Plan = {
  readonly id: string;
  /** The run that makes it, or last did; null: unknown, as it is so old. */
  readonly run: string | null;
  /** `planning`, then `ready`, or `stopped` if it is not complete. */
  readonly state: 'planning' | 'ready' | 'stopped';
  /** Why it is not complete; null: it is, it is still being made, or it is too old to tell. */
  readonly ended: RunEnd | null;
  /** Bitrix24's code for the first thing that could not be read; null: everything could so far. */
  readonly code: string | null;
  /** ms */
  readonly createdAt: number;
  /** The rules it was made by, JSON. */
  readonly rules: string;
  /** How much of the portal was covered, 0 to 1, estimated until it is ready; null: unknown. Stored under this name. */
  readonly share: number | null;
  /** Activities evaluated. Stored under this name. */
  readonly weighed: number;
  /** Removals, in all and by rule. */
  readonly items: number;
  /** Bindings that match as well but stay: exempt, or refused before (D§6). Stored under this name. */
  readonly spared: number;
  readonly byRule: { readonly [rule: string]: number };
  /** The runs that applied it, in order, and how many items they have completed. */
  readonly applied: readonly string[];
  readonly done: number;
  /** The item where its next run begins: after those completed, or at the first that could not be read. */
  readonly next: number;
};

/** Some items of a plan, in order. */
export type PlanPage = { readonly items: readonly PlanItem[]; readonly next: number | null };

/** Port: plans to show, export and apply. Implemented over DynamoDB; plans expire as outcomes do. */
export interface PlanStore {
  read(portal: string, id: string): Promise<Plan | null>;
  /** Newest first. */
  list(portal: string): AsyncIterable<Plan>;
  write(portal: string, plan: Plan): Promise<void>;
  /** Stores the items from number `from` on; storing the same again changes nothing. */
  addItems(portal: string, id: string, from: number, items: readonly PlanItem[]): Promise<void>;
  /** Deletes the items from number `from` on: when they are found again, they may lie on other pages. */
  dropItems(portal: string, id: string, from: number): Promise<void>;
  /** At most `limit` items from number `from` on; after a crash there may be more than the plan counts. */
  page(portal: string, id: string, from: number, limit: number): Promise<PlanPage>;
  /** Notes that a run applies the plan, and how far it is. */
  noteApplied(portal: string, id: string, run: string, progress: Pick<Plan, 'done' | 'next'>): Promise<void>;
}
