/**
 * Port: a lock per portal that ends by itself, so that an owner that dies blocks nobody for long. Implemented over
 * DynamoDB.
 */
export interface LeaseStore {
  /** True: `owner` holds the lease until `until` (ms). False: the lease of another owner has not ended at `now` (ms). */
  acquire(portal: string, owner: string, until: number, now: number): Promise<boolean>;
  /** Releases the lease if `owner` still holds it. */
  release(portal: string, owner: string): Promise<void>;
}
