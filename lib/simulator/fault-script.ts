/** A fault that waits for the call it is to strike. Plain JSON, so that it can be scripted over HTTP too. */
export type Fault = {
  /** Method that must be called, any case; `batch`, `oauth/token`, `app.info`; absent: any. */
  readonly method?: string;
  /** Default: `oauth` for `oauth/token` and `app.info`, else `portal`. */
  readonly host?: 'portal' | 'oauth';
  /** Only calls for this portal (matters where portals share an OAuth server). */
  readonly memberId?: string;
  /** Only calls with these parameters, compared as text: one activity, one workflow. */
  readonly params?: { readonly [name: string]: string | number };
  /** Strikes commands inside a batch instead of whole requests. */
  readonly inBatch?: boolean;
  /** The first matching call to strike, counted from 1 from now on. */
  readonly nth?: number;
  /** How many matching calls in a row to strike; 1 by default. */
  readonly times?: number;
  /** Whether the call takes effect: `before` (default): no, `after`: yes. */
  readonly when?: 'before' | 'after';
  readonly kind: FaultKind;
  /** With `after`: the change happens only this many ms after the connection was cut, since PHP keeps working (B§3). */
  readonly late?: number;
};

export type FaultKind =
  /** The socket is destroyed without an answer. */
  | 'close'
  /** Never answered, until the client gives up. */
  | 'hang'
  /** `location`: a redirect, of a renamed portal or of one that shows a page of its own instead (B§1.5). */
  | { readonly status: number; readonly body: string; readonly contentType?: string; readonly location?: string }
  | { readonly error: { readonly code: string; readonly description?: string; readonly status?: number } }
  | { readonly delayMs: number };

/** The parts of a call that decide whether a fault strikes it. */
export type Target = {
  readonly host: 'portal' | 'oauth';
  readonly method: string;
  readonly inBatch: boolean;
  readonly params: { readonly [name: string]: unknown };
  /** null: unknown, so a fault for one portal strikes too. */
  readonly memberId: string | null;
};

export type FaultScript = {
  script(fault: Fault): void;
  /** Counts the call for every waiting fault and takes the first that strikes. */
  strike(target: Target): Fault | null;
  readonly clear: () => void;
};

type Waiting = { readonly fault: Fault; seen: number; struck: number };

/** One call is struck by one fault at most; a second fault that is due keeps its turn for the next call. */
export function createFaultScript(): FaultScript {
  let waiting: Waiting[] = [];

  return {
    script(fault) {
      waiting.push({ fault, seen: 0, struck: 0 });
    },
    strike(target) {
      const matching = waiting.filter(({ fault }) => matches(fault, target));
      for (const one of matching) one.seen += 1;
      const striking = matching.find(({ fault, seen }) => seen >= (fault.nth ?? 1));
      if (striking) striking.struck += 1;
      waiting = waiting.filter(({ fault, struck }) => struck < (fault.times ?? 1));
      return striking?.fault ?? null;
    },
    clear() {
      waiting = [];
    },
  };
}

export const hostOf = (fault: Fault): 'portal' | 'oauth' =>
  fault.host ?? (['oauth/token', 'app.info'].includes(fault.method?.toLowerCase() ?? '') ? 'oauth' : 'portal');

function matches(fault: Fault, target: Target): boolean {
  return (
    hostOf(fault) === target.host &&
    (fault.inBatch ?? false) === target.inBatch &&
    Object.entries(fault.params ?? {}).every(([name, value]) => String(target.params[name]) === String(value)) &&
    (fault.method === undefined || fault.method.toLowerCase() === target.method) &&
    (fault.memberId === undefined || target.memberId === null || fault.memberId === target.memberId)
  );
}

/** The fault's name in the ledger. */
export function faultName({ kind }: Fault): string {
  if (typeof kind === 'string') return kind;
  if ('error' in kind) return `error ${kind.error.code}`;
  return 'status' in kind ? `status ${kind.status}` : `delay ${kind.delayMs}`;
}
