import type { Intent } from './intent.ts';

/** Port: the open slices of a portal. Implemented over DynamoDB; at most 400 KB each. */
export interface IntentStore {
  /** Writes the slice as it is now, in one write. */
  write(intent: Intent): Promise<void>;
  close(intent: Intent): Promise<void>;
  /** All open slices of a portal, consistent. */
  open(portal: string): Promise<Intent[]>;
}
