import type { Clock } from '../clock.ts';

/**
 * The boundary between the simulated portal's server (transport, authorization, limits, batch, faults) and its methods.
 * Every file cites the facts it implements (B§n is docs/bitrix24.md).
 */

/** Who is calling. `clientId` is null for an inbound webhook. */
export type Caller = {
  readonly userId: number;
  readonly isAdmin: boolean;
  readonly clientId: string | null;
  readonly scope: ReadonlySet<string>;
};

/** Decoded parameters: strings from forms, any JSON type from JSON bodies. Keys are as sent. */
export type Params = { readonly [name: string]: unknown };

/** A list answer: `next` and `total` become siblings of `result` (B§1.2). */
export class Page {
  readonly rows: unknown;
  readonly total: number | undefined;
  readonly next: number | undefined;

  constructor(rows: unknown, total?: number, next?: number) {
    this.rows = rows;
    this.total = total;
    this.next = next;
  }
}

/** What a method answers when it refuses: the envelope of B§1.3. Inside a batch the status is not shown. */
export class MethodError extends Error {
  readonly code: string;
  readonly status: number;
  readonly extra: { readonly [key: string]: unknown };

  constructor(code: string, description: string, status = 400, extra: { readonly [key: string]: unknown } = {}) {
    super(description);
    this.code = code;
    this.status = status;
    this.extra = extra;
  }
}

export type Method = {
  /** The scope that is needed (B§7.2), null for base methods. Missing: `insufficient_scope`. */
  readonly scope: 'crm' | 'bizproc' | 'placement' | null;
  /** Returns the `result`, a Page or a promise of one of them; throws MethodError. */
  run(params: Params, caller: Caller): unknown;
};

export type Methods = { readonly [lowerCaseName: string]: Method };

/** One change of the portal's data that really happened; tests compare outcomes with it. */
export type Change = {
  readonly at: number;
  readonly kind: 'binding_added' | 'binding_removed' | 'activity_deleted' | 'workflow_answered' | 'other';
  /** For bindings: activityId, entityTypeId, entityId. For answers: workflowId, values. */
  readonly data: { readonly [key: string]: unknown };
};

/** What the portal offers to its methods. */
export type MethodContext = {
  readonly clock: Clock;
  /** Appends to the ledger. */
  applied(change: Omit<Change, 'at'>): void;
  /** Queues an outbound event (B§5). `userId` null: made by a robot or an agent, so no tokens are sent (B§5.2). */
  emit(event: string, data: { readonly [key: string]: unknown }, userId: number | null): void;
  /** How long the gap between DELETE and INSERT of a binding write lasts, in ms (B§2.1); 0 in most tests. */
  writeWindowMs(): number;
};
