// How we use AWS: its limits, and the numbers of this room that could be other ones, with their reasons.

// ── Limits of the services ───────────────────────────────────────────────────────────────────────────────────────────────

/** Items of one BatchWriteItem and of one BatchGetItem of DynamoDB. */
export const MOST_WRITES_OF_BATCH = 25;
export const MOST_READS_OF_BATCH = 100;
/** Messages that SQS gives out at once. The worker's `batchSize` in `serverless.yml` is the same. */
export const MOST_MESSAGES_RECEIVED = 10;
/** Longest delay of a message in SQS, seconds. */
export const MOST_DELAY_S = 900;

// ── Calls of the SDK ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Three attempts of at most five seconds leave the functions that Bitrix24 calls time to answer 503 themselves (D§2). */
export const MOST_SDK_ATTEMPTS = 3;
export const SDK_CONNECT_TIMEOUT_MS = 1_000;
export const SDK_REQUEST_TIMEOUT_MS = 5_000;
/** Pauses before DynamoDB is asked again for what it left undone of a batch because it throttles us, ms. */
export const UNPROCESSED_RETRY_MS = [50, 100, 200, 400, 800] as const;

// ── Optimistic writes: tries before giving up ────────────────────────────────────────────────────────────────────────────

/** The item of an event job: each lost try means that another event or the worker has changed it. */
export const MOST_EVENT_JOB_TRIES = 10;
/** The list of pending grants: installations can come many at once, but the list is soon full. */
export const MOST_PENDING_LIST_TRIES = 50;
/** The history of a portal's runs: only its one worker writes it, so a lost try means that two overlapped for a moment. */
export const MOST_RUN_HISTORY_TRIES = 10;

// ── Sizes of items and pages ─────────────────────────────────────────────────────────────────────────────────────────────

/** Times of events that the item of an event job holds. Of very many events nobody wants to know when each was built. */
export const MOST_EVENT_TIMES = 100;
/** Own changes of one activity whose events are expected. Of one that we change more often, later events are looked at. */
export const MOST_EXPECTED_CHANGES = 50;
/** Runs in a portal's history: the nightly sweeps of a month, and what people start besides. About 6 KB. */
export const MOST_RUNS_IN_HISTORY = 50;
/** Activities that one item of a run notes as seen, as one bit each: 4 KB. Stored items depend on it. */
export const IDS_PER_ITEM = 32_768;
/** Pages of a plan that are read, and deleted, at a time: each is large. */
export const PLAN_PAGES_PER_READ = 5;
export const PLAN_PAGES_DELETED_AT_ONCE = 10;
/** Failed jobs that are read at a time. */
export const FAILED_JOBS_PER_READ = 100;

// ── How long items are kept ──────────────────────────────────────────────────────────────────────────────────────────────

/** Refusals hold for 30 days (D§6); DynamoDB removes expired items up to some days late anyway. */
export const KEEP_REFUSALS_DAYS = 31;
/** What a run has seen, carries over or was asked is of use to it or to the next one. A very slow run repeats some work. */
export const KEEP_RUN_STATE_DAYS = 14;
/** The events of our own changes arrive within seconds, or later when the portal's queue is long. */
export const OWN_CHANGE_EXPECTED_MS = 600_000;
/** How far the portal's clock, which tells whole seconds, and ours may differ. */
export const PORTAL_CLOCK_SKEW_MS = 2_000;

// ── The queue of wake-ups ────────────────────────────────────────────────────────────────────────────────────────────────

/** Receives before a wake-up is given up; the same in `serverless.yml`. Only a worker that fails or dies leaves one behind. */
export const RECEIVES_BEFORE_DEAD = 5;
/** Longer than the worker may run; the same in `serverless.yml`. The wake-up of a worker that died comes back after this. */
export const VISIBILITY_SECONDS = 120;
