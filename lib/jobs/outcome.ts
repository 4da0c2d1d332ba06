/** How a command ended (D§3). */
export type Status = 'unbound' | 'already_unbound' | 'refused' | 'skipped' | 'failed' | 'bound' | 'already_bound';

export type Trigger = 'robot' | 'event' | 'cleanup' | 'cli';

/** The record of one command; also the JSON of the command line, of exports and of the log. It never holds a token. */
export type Outcome = {
  /** The command's id. */
  readonly id: string;
  /** The portal's member_id. */
  readonly portal: string;
  readonly activityId: number;
  readonly entityTypeId: number;
  readonly entityId: number;
  readonly status: Status;
  /** Bitrix24's error code, or null. */
  readonly code: string | null;
  readonly trigger: Trigger;
  /** Who asked: workflow id, event name, run id … */
  readonly cause: string;
  /** The name that the rule which wanted it had at that time; absent: no rule asked for it. */
  readonly rule?: string;
  /** REST calls made for the command. */
  readonly attempts: number;
  /** From the first call to the outcome. */
  readonly durationMs: number;
  /** ISO 8601. */
  readonly at: string;
};
