// How we use the platform: the numbers of this room that could be other ones, with their reasons. Its own stand in
// limits.ts.

// ── Time-outs of one HTTP request ────────────────────────────────────────────────────────────────────────────────────────

/** Each of: looking up the name, connecting, agreeing on the encryption. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** A whole call, unless its caller has less time: the portal's own cut-off (60 s), and the way there and back. */
export const REST_TIMEOUT_MS = 65_000;
/**
 * The worker has less time: a function of 90 s must be able to store the answer of the request that it began last (D§2).
 * What is cut off is settled by reading.
 */
export const WORKER_REQUEST_TIMEOUT_MS = 30_000;
/** A whole request to the OAuth server, which answers fast or not at all. The leases of `lib/portal` last longer. */
export const OAUTH_TIMEOUT_MS = 10_000;
/**
 * The longest answer that is read, in bytes. A batch of 50 lists of 50 activities with the fields we select is 0.6 MB; 4
 * MiB leave room for long values without letting an answer fill the memory.
 */
export const MOST_ANSWER_BYTES = 4 * 1024 * 1024;

// ── How much of the limits we use ────────────────────────────────────────────────────────────────────────────────────────

/** Which part of the rate limit's bucket we fill: other applications may share our address, and so our bucket (B§8.1). */
export const USABLE_RATE = 0.8;
/** Sources name limits of 420 s and 480 s (B§8.2); a method that has used so much rests before it meets one, in seconds. */
export const OPERATING_SECONDS_BEFORE_REST = 400;
/** A time of reset that lies further ahead than the window is a mistake; the minute is for clocks that differ, ms. */
export const RESET_CLOCK_SKEW_MS = 60_000;
/** How long one batch should take: half of what the worker grants. Slow portals get smaller batches. */
export const BATCH_TARGET_MS = WORKER_REQUEST_TIMEOUT_MS / 2;
/** How much a faster batch counts against the earlier ones. A slower one counts in full at once. */
export const FASTER_BATCH_WEIGHT = 0.3;

// ── What is accepted from outside (D§5) ──────────────────────────────────────────────────────────────────────────────────

export const MOST_BODY_BYTES = 64 * 1024;
export const MOST_FORM_FIELDS = 500;
/** Levels of brackets in the name of one field. */
export const MOST_BRACKETS = 6;
/** Characters of a token. */
export const LONGEST_TOKEN = 4096;
/** Characters of a robot call's `workflow_id` and `code`, and of its `event_token`. */
export const LONGEST_ROBOT_ID = 128;
export const LONGEST_EVENT_TOKEN = 2048;
/** Activities that one robot call may name; a call without any means all of the element. */
export const MOST_NAMED_ACTIVITIES = 1000;
/** Characters of an error description that are kept. */
export const LONGEST_DESCRIPTION = 500;
