import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';

type SdkError = Parameters<typeof isServerError>[0];

/**
 * Trouble of a store that will be over after a while, as the SDK tells it from other errors; it has tried again already.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const thrown = error as SdkError; // looked at with care, as anything may be thrown
  return isThrottlingError(thrown) || isTransientError(thrown) || isServerError(thrown);
}
