import { REQUEST_CUT_OFF_MS } from '../bitrix24/limits.ts';
import { WORKER_REQUEST_TIMEOUT_MS } from '../bitrix24/policy.ts';

// How long the worker tries, waits and holds on: every such number of this room, with its reason.

// Giving up

/** Calls that failed because of one command or its activity. With the longest backoff that lasts about an hour. */
export const MOST_TROUBLES_PER_COMMAND = 12;
/** Failed plannings of one job because of trouble with what it reads, or of a store: about an hour, as for a command. */
export const MOST_PLANNING_TROUBLES = 12;
/** Failed plannings of one job for any other reason: the job itself is broken, and repeating it will not mend it. */
export const MOST_PLANNING_FAILURES = 5;
/** Calls that answer one workflow and are not accepted: about eight hours. The job and its outcomes are kept. */
export const MOST_ANSWER_FAILURES = 50;

/** Servings of a portal that began and never ended. So many are no accident: something about it kills the workers. */
export const UNENDED_SERVINGS_BEFORE_CARE = 3;
/** Beginnings of one job by careful workers. Workers die of other things too, so this is weaker evidence than a failure. */
export const MOST_CAREFUL_BEGINNINGS = 10;

// Waiting

/** Upper bound of the first backoff; it doubles with every attempt up to the longest (`backoffMs`). */
export const FIRST_BACKOFF_MS = 1_000;
export const LONGEST_BACKOFF_MS = 600_000;

/** No worker waits this long or longer in its process (D§2): a longer rest is left to a delayed wake-up. */
export const LONGEST_IN_PROCESS_WAIT_MS = 2_000;
/** Pause when something is due but cannot be done, although nothing known forbids it: soon, but never a tight loop. */
export const SHORTEST_REST_MS = 100;
/** At the earliest, a job whose activities are busy is looked at again after this time: never a tight loop. */
export const BUSY_JOB_RETRY_MS = 1_000;
/** How soon the bindings are read after an unanswered call, and again after an empty list (B§2.1: a writer's gap). */
export const BINDINGS_RECHECK_MS = 2_000;

/** A portal in trouble is tried at least every 4 min: a request of 30 s, and its wake-up, take part of them. */
export const LONGEST_TROUBLE_REST_MS = 200_000;
/** How long a portal may be in trouble before somebody is told: shorter outages end by themselves. */
export const TROUBLE_BEFORE_ALARM_MS = 900_000;

// One request

/** What is not on its way by then is not sent any more, so that a stored intent tells how long its change is in doubt. */
export const SEND_WITHIN_MS = 5_000;
/** How long after its intent a request may still begin at the portal: it leaves so late, and takes so long to arrive. */
export const BEGUN_WITHIN_MS = SEND_WITHIN_MS + WORKER_REQUEST_TIMEOUT_MS;
/** So long after it may have begun, an unanswered call cannot take effect any more; five seconds for clocks and the way. */
export const CERTAIN_AFTER_MS = REQUEST_CUT_OFF_MS + 5_000;
/**
 * A request that died is sent again in parts of this fraction, then command by command: of 50 in sevens, then alone. Two
 * rounds find what it died of, with the fewest requests that two rounds can have.
 */
export const PARTS_OF_FAILED_REQUEST = 7;
/** A worker begins nothing with less time left: a worst-case request (a refresh, then the call), and storing its results. */
export const REQUEST_RESERVE_MS = 45_000;
/** Reads of a batch whose refusal is doubtful and that are repeated one by one; all others share one batch. */
export const MOST_READS_REPEATED_ALONE = 3;
/** While a request is composed, planners begin no more reads that would end after so long: then others have their turn. */
export const MOST_READING_MS = 8_000;
/** The same while something is ready to be sent already: what a usual portal needs for several requests. */
export const MOST_READING_MS_BEFORE_WORK = 1_000;
/**
 * What a planning has read is read again after this time. A slow portal's plan takes up to a minute of reading, and robots may
 * come in between.
 */
export const KEPT_READS_HOLD_MS = 180_000;
/** The same for the elements and lists by which a job goes on after some of its commands: as for what a sweep has read. */
export const KEPT_LISTS_HOLD_MS = 60_000;
/** Characters of kept reads in one checkpoint: a page of activities has 10,000, and a sweep's own state up to 150,000. */
export const MOST_KEPT_CHARACTERS = 30_000;
/** Due jobs that are looked through for those that have not failed before: a few hundred failing ones must not hide a fresh one. */
export const MOST_TROUBLED_JOBS_PASSED = 500;
/** How soon answers look again whether their method is well: another answer may have shown it. */
export const LONGEST_ANSWER_REST_MS = 900_000;
/** Plannings of a job that fail because the bindings of one activity cannot be read, before it goes on without them. */
export const TRIES_TO_READ = 3;
/** With so many commands of a lane, and of more urgent ones, under way no new work of it is begun. */
export const MOST_OPEN_ATTEMPTS = 200;

/** A workflow is answered so long before its own time-out (B§6.3), at most: the way to the portal, and waiting for the rate. */
export const PENDING_ANSWER_LEAD_MS = 15_000;
/** Due jobs whose time-outs are looked at for each request; those behind them are seen once these are answered. */
export const MOST_JOBS_CHECKED_FOR_TIME_OUT = 50;
/** Jobs per lane that are ended at once after the application was removed. */
export const JOBS_FAILED_AT_ONCE = 50;

// The portal lock

/** Each renewal makes the lock last so long. */
export const LOCK_TERM_MS = 50_000;
/** The lock is renewed when less than this is left: a refresh, a request with its time-out, and storing its results. */
export const LOCK_MARGIN_MS = 40_000;
/** How far the clocks of two workers may differ: so long a lock lasts beyond its end for everyone but its owner. */
export const CLOCK_SKEW_MS = 5_000;
/** How soon a busy worker notices that its portal was paused or removed. */
export const SWITCH_CHECK_INTERVAL_MS = 5_000;

// Wake-ups

/** The longest delay of a message in SQS. A longer rest wakes up in between. */
export const LONGEST_DELAY_MS = 900_000;
/**
 * Servings in a row that wake the portal again at once although they sent nothing. Lambda's own brake on a function that calls
 * itself is off (`RecursiveLoop` in `serverless.yml`), so this is ours: then the portal rests, with an alarm.
 */
export const MOST_IDLE_TURNS = 16;
export const IDLE_TURNS_REST_MS = 900_000;
/** A wake-up that comes later than this is no turn of a loop. */
export const SHORTEST_CALM_MS = 60_000;
/** A wake-up that is so late was lost: then another one is sent. */
export const WAKE_UP_OVERDUE_MS = 60_000;

/** Ahead of every due time, ms: ten years. */
export const FAR_AHEAD_MS = 10 * 365 * 86_400_000;
