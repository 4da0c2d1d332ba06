import { MOST_BATCH_COMMANDS } from '../bitrix24/limits.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

// Rules

/** Rules of one portal. A run keeps its checkpoint in one record, which grows with the rules. */
export const MOST_RULES = 100;

/** How long rules leave a binding alone that Bitrix24 refused to remove, unless something changes (D§6). */
export const REFUSAL_RESTS_MS = 30 * DAY_MS;

/** A change that follows a refusal this closely may be our own: the portal's clock and ours differ. */
export const CLOCK_SKEW_MS = 2 * SECOND_MS;

/** How long the stages of a portal are remembered: an administrator changes them rarely. */
export const STAGES_KEPT_MS = 10 * MINUTE_MS;

/** Reads of facts until an activity can be decided: one read can show that others are needed. More would be a bug. */
export const MOST_FACT_READS = 5;

// Runs

/** How soon a run that waits for another one looks again. */
export const ANOTHER_RUN_RETRY_MS = 5 * SECOND_MS;

/** Outcomes that an undo may name: they stand in the record of its job. More are a whole run. */
export const MOST_NAMED_OUTCOMES = 100;

/** Time that the schedule gives a sweep, unless the portal has a setting of its own: a night. */
export const DEFAULT_SWEEP_MINUTES = 360;

/** A wake-up that was not answered for this long is lost: one whose worker died comes back after 120 s (D§2). */
export const WAKE_UP_LOST_MS = 5 * MINUTE_MS;

/** Portals that the schedule looks after at a time: hundreds take seconds, and the tables hardly notice. */
export const PORTALS_AT_ONCE = 10;

// Sweeps

/** Requests that a sweep makes before robots and events of the portal come next, and the time after which it starts no more. */
export const MOST_SWEEP_REQUESTS = 4;
export const MOST_SWEEP_MS = 8 * SECOND_MS;

/** Removals that are worth a request of their own: they fill it. */
export const ENOUGH_REMOVALS = MOST_BATCH_COMMANDS;

/** When a sweep reads the facts of elements again, so that it goes by no old ones, and how many it keeps in memory. */
export const FACTS_KEPT_MS = 2 * MINUTE_MS;
export const MOST_FACTS_KEPT = 5_000;

/** What a sweep has read and decided is read again after this time: the portal may have been paused, stopped or resting. */
export const SWEEP_STATE_HOLDS_MS = MINUTE_MS;

/** Candidates that should be left after a request, so that the next one is full as well. */
export const CANDIDATES_AHEAD = 100;

/** From this many listed activities on, a read of facts need not be about 50 elements to be made. */
export const MANY_LISTED = 300;

/**
 * A range of ids is cut into parts that are read at the same time and so fill requests. Each part ends with a page that is not
 * full, so small parts waste pages, and more than 40 would crowd the checkpoint.
 */
export const PAGES_PER_PART = 6;
export const MOST_PARTS = 40;

/**
 * What may wait at a time, so that a run's job stays within `MOST_JOB_BYTES`. Ids of Bitrix24 have up to ten digits, so a
 * binding takes 16 characters and a removal 33; random digits shrink to two thirds when they are stored.
 */
export const MOST_WAITING = {
  candidates: 800,
  chunks: 25,
  sources: 400,
  listed: 400,
  /** Of all listed activities together; one has 100 at most (B§2.1). */
  bindings: 4_800,
  /** Removals; those of one activity come on top. */
  decided: 500,
} as const;

// Plans

/** Rules that are named for one plan stand in the record of its job, beside its checkpoint. */
export const MOST_PLAN_RULES_BYTES = 20 * 1024;

/** Items of a plan that are read at a time when a plan is taken up again, and those that are checked at a time at most. */
export const MOST_PLAN_ITEMS = 1_000;

/** Calls that a check of a plan's items may take: at least one request, at most four full ones, as many as fit the time between. */
export const MOST_CHECK_CALLS = 4 * MOST_BATCH_COMMANDS;
export const CHECK_MS = 10 * SECOND_MS;

/** A check that is older is done again before anything is removed. */
export const CHECK_HOLDS_MS = MINUTE_MS;

/** Steps of an applied plan that fill a request. */
export const ENOUGH_STEPS = MOST_BATCH_COMMANDS;

/** Activities that one list is asked about: each comes once for every binding that matches (B§2.2), and a page has 50 rows. */
export const ACTIVITIES_PER_LIST = 20;

// Undo

/** Outcomes that are undone at a time: their bindings and elements are read in one request, and bound in the next. */
export const UNDONE_AT_ONCE = 45;

/** Outcomes of a run that are counted at a time. */
export const OUTCOMES_PER_READ = 1_000;
