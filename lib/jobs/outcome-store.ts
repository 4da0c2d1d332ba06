import type { Outcome, Status } from './outcome.ts';

export type OutcomeFilter = {
  readonly portal: string;
  readonly activityId?: number;
  readonly status?: Status;
  /** Only outcomes at or after this time, ms. */
  readonly since?: number;
};

/** Port: the final records. Implemented over DynamoDB; records expire after the configured time. */
export interface OutcomeStore {
  /** Writes one record per outcome under its id; the same outcome again changes nothing. */
  record(outcomes: readonly Outcome[]): Promise<void>;
  /** Those of the given commands that have ended already, by command id. Consistent. */
  known(portal: string, ids: readonly string[]): Promise<ReadonlyMap<string, Outcome>>;
  /** Records of one job by id, behind the id `after` (null: from the first), at most `limit`. Consistent. */
  pageOfJob(portal: string, jobId: string, after: string | null, limit: number): Promise<Outcome[]>;
  /** All records of one job, consistent. */
  ofJob(portal: string, jobId: string): Promise<Outcome[]>;
  /** Newest first. */
  list(filter: OutcomeFilter): AsyncIterable<Outcome>;
}
