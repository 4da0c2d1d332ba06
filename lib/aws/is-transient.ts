import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';

type SdkError = Parameters<typeof isServerError>[0];

/**
 * Whether an error of a store will be over after a while, as the SDK tells it from others. The SDK has tried again already.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const thrown = error as SdkError; // anything may be thrown; these functions look at it with care
  return isThrottlingError(thrown) || isTransientError(thrown) || isServerError(thrown);
}
