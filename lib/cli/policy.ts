/** The numbers of the command line that one may want to tune, side by side. Units stand in the names. */

// What is shown and asked.

/** So many bindings change without a question: as many as a person can check one by one. */
export const MOST_UNCONFIRMED_BINDINGS = 10;
/** So many rows fill some screens. Programs and exports get all, unless --limit is given. */
export const ROWS_SHOWN = 50;
/** So many known portals are named when one is not found. */
export const MOST_NAMES = 10;
/** Examples kept for each reason why bindings are not as was asked for. */
export const EXAMPLES_OF_A_REASON = 10;

// Waiting for jobs and runs.

/** A small job is over in a fraction of a second; a long one is looked at once a second. */
export const FIRST_POLL_MS = 50;
const LONGEST_POLL_MS = 1_000;
const POLL_GROWTH = 1.5;
export const nextPollMs = (pollMs: number): number => Math.min(LONGEST_POLL_MS, pollMs * POLL_GROWTH);

/** How long `unbind` and `cleanup stop` wait without --wait, and a repair for the registration. */
export const DEFAULT_WAIT_MS = 60_000;

/** The rate is measured over the last minute, so that it follows a portal that rests or speeds up. */
export const RATE_WINDOW_MS = 60_000;
/** Less time than this does not tell a rate. */
export const LEAST_RATE_MS = 1_000;

// Calls that a person waits for.

/** Within which a request to the portal has to be sent when it is inspected. */
export const SEND_WITHIN_MS = 5_000;
/** How long our own HTTP functions may take to answer a probe. */
export const PROBE_TIMEOUT_MS = 10_000;

// When something is reported as a problem.

/** A job that has been due for so long was forgotten: the schedule wakes portals every minute. */
export const FORGOTTEN_AFTER_MS = 15 * 60_000;
/** A grant is reported when the schedule has failed to renew it for so many days. */
export const RENEWAL_OVERDUE_DAYS = 10;

// Reading and writing the stores.

/** Records read, and exemptions released, in one go. */
export const PAGE_OF_RECORDS = 1_000;
export const PAGE_OF_EXEMPTIONS = 100;
/** Another writer may get in between a few times while a grant is stored, but not for ever. */
export const MOST_GRANT_WRITES = 5;
/** Counted to show what a portal has to do; more are shown as this many. */
export const MOST_JOBS_COUNTED = 10_000;
/** Unfinished runs are few: one works, the others wait. */
export const MOST_UNFINISHED_RUNS = 100;
/** Jobs that are due within this time are all that there are. */
export const ALL_DUE_WITHIN_MS = 10 * 365 * 86_400_000;
/** A DynamoDB item holds 400 KB, and a run keeps the rules in one together with its checkpoint. */
export const MOST_RULES_KB = 100;
