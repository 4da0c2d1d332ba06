/** A registered robot (B§6.1). Properties keep the names they were registered under. */
export type Robot = {
  readonly clientId: string;
  readonly code: string;
  handler: string;
  name: unknown;
  description: unknown;
  documentType: unknown;
  authUserId: number;
  /** `Y`, `N` or empty: see B§10 #8. */
  useSubscription: string;
  properties: { readonly [name: string]: unknown };
  returnProperties: { readonly [name: string]: unknown };
  filter: unknown;
};

/** One run of a robot (B§6.2, B§6.3). */
export type Workflow = {
  readonly id: string;
  readonly code: string;
  readonly documentId: readonly [string, string, string];
  /** The part of the event token that is new for every run; an answer must carry it. */
  readonly eventId: string;
  readonly startedAt: number;
  /** Seconds; 0 waits for ever. */
  readonly timeoutDuration: number;
  /** `running`: it does not wait for an answer (USE_SUBSCRIPTION `N`). */
  state: 'waiting' | 'answered' | 'timed_out' | 'running';
  /** By the names of RETURN_PROPERTIES; null until the workflow continued. */
  returnValues: { readonly [name: string]: unknown } | null;
  logMessage: string | null;
  /** Accepted bizproc.event.send calls, including late and repeated ones. */
  answers: number;
};

/** One event.bind (B§5.3). */
export type Subscription = {
  /** event_handler_id */
  readonly id: number;
  readonly clientId: string;
  /** Upper case. */
  readonly event: string;
  readonly handler: string;
  /** auth_type: whose token is sent; 0: that of whoever made the change. */
  readonly userId: number;
  readonly offline: boolean;
  readonly connector: string;
};
