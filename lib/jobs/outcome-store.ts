import type { Outcome, Status } from './outcome.ts';

export type OutcomeFilter = {
  readonly portal: string;
  readonly activityId?: number;
  readonly status?: Status;
  /** Only outcomes at or after this time, ms. */
  readonly since?: number;
};

/** Port: the records of ended commands. Implemented over DynamoDB; records expire after the configured time. */
export interface OutcomeStore {
  /** Writes one record per outcome under its id; writing the same outcome again changes nothing. */
  record(outcomes: readonly Outcome[]): Promise<void>;
  /** The outcomes of those of the given commands that have ended already, by command id. Consistent. */
  known(portal: string, ids: readonly string[]): Promise<ReadonlyMap<string, Outcome>>;
  /** At most `limit` records of one job, in order of their ids, after the id `after` (null: from the first). Consistent. */
  pageOfJob(portal: string, jobId: string, after: string | null, limit: number): Promise<Outcome[]>;
  /** All records of one job, consistent. */
  ofJob(portal: string, jobId: string): Promise<Outcome[]>;
  /** Newest first. */
  list(filter: OutcomeFilter): AsyncIterable<Outcome>;
}
