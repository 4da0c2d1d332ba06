/** How a command ended (D§3). */
export type Status = 'unbound' | 'already_unbound' | 'refused' | 'skipped' | 'failed' | 'bound' | 'already_bound';

export type Trigger = 'robot' | 'event' | 'cleanup' | 'cli';

/** The record of one command, also the JSON of the command line, the exports and the log. It never holds a token. */
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
  /** Workflow id, event name, run id …: who asked. */
  readonly cause: string;
  /** The name of the rule that wanted it, as it was at that time; absent: it was asked for by name. */
  readonly rule?: string;
  /** REST calls made for it. */
  readonly attempts: number;
  /** From the first attempt to the outcome. */
  readonly durationMs: number;
  /** ISO 8601. */
  readonly at: string;
};

/** Who asked, for the records of a job. */
export type Origin = { readonly portal: string; readonly trigger: Trigger; readonly cause: string };
