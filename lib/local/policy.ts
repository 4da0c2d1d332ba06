/** The numbers of the local stack that one may want to tune, side by side. */

/** Time limits of the functions, as in `serverless.yml`. */
export const FUNCTION_SECONDS = { http: 29, worker: 90, cleanup: 60 };
/** Intervals of the two schedules of `serverless.yml`. */
export const WAKE_INTERVAL_MS = 60_000;
export const SWEEP_INTERVAL_MS = 86_400_000;

/** Batches of wake-ups that are worked on at the same time. */
export const CONCURRENCY = 2;
/** How long one receive waits for messages. Short, as a stop waits for it; AWS takes whole seconds only, the local SQS also parts. */
export const RECEIVE_WAIT_SECONDS = 0.2;
/** Pause after a failed receive. */
export const RECEIVE_RETRY_MS = 1_000;

/** How long running invocations may take to end when the host closes. */
export const CLOSE_WITHIN_MS = 10_000;
/** How often `idle` looks whether all work is done. */
export const IDLE_POLL_MS = 20;

/** How long a command waits for others that have taken the state folder before, and how often it tries. */
export const FOLDER_WAIT_MS = 60_000;
export const FOLDER_POLL_MS = 100;
/** How long the owner of a state folder may take to show that it is alive. */
export const OWNER_ANSWERS_WITHIN_MS = 1_000;
