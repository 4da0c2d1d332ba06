/** Port: a lock with an end, so that a holder that dies lets go by itself. Implemented over DynamoDB. */
export interface LeaseStore {
  /** True when `owner` holds the portal's lease until `until` (ms); false while another owner's lease has not ended at `now`. */
  acquire(portal: string, owner: string, until: number, now: number): Promise<boolean>;
  /** Lets go, if `owner` still holds it. */
  release(portal: string, owner: string): Promise<void>;
}
