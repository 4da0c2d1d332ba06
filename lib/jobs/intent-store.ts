import type { Slice } from './intent.ts';

/** Port: the open slices of a portal. Implemented over DynamoDB; at most 400 KB each. */
export interface SliceStore {
  /** Writes the slice as it is now, in one write. */
  write(slice: Slice): Promise<void>;
  close(slice: Slice): Promise<void>;
  /** All open slices of a portal, consistent. */
  open(portal: string): Promise<Slice[]>;
}
