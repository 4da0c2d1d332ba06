import { JobTooLarge } from '../jobs/job-too-large.ts';
import { isTransient } from './is-transient.ts';

/**
 * Whether a store refuses a write for good: its item is too large or not valid, a right is missing. Services call that a fault
 * of the client. Anything else may be a fault of ours, of which nothing follows for the write.
 */
export function isLasting(error: unknown): boolean {
  if (error instanceof JobTooLarge) return true;
  return error instanceof Error && Reflect.get(error, '$fault') === 'client' && !isTransient(error);
}
