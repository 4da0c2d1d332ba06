import type { RatePlan } from '../bitrix24/limits.ts';
import type { RateBudget } from '../bitrix24/rest/rate-budget.ts';

/** Why a portal, or one of its methods, is not called at the moment, and when it is tried again (D§3). */
export type Stop = {
  /** Bitrix24's code, or ours: GRANT_MISSING, GRANT_DEAD. */
  readonly code: string;
  /** ms */
  readonly since: number;
  /** When one command may probe whether the portal can be served again, ms. */
  readonly probeAt: number;
  readonly probes: number;
};

/** The methods that Bitrix24 does not let us call although it lets us call others, by lower-case name (D§2). */
export type StoppedMethods = { readonly [method: string]: Stop };

/** Since when a portal is not of use, and why, although nothing says that it will not come back by itself (D§2). */
export type Trouble = {
  /** Bitrix24's code, or ours: UNREACHABLE, NO_ANSWER, UNREADABLE_ANSWER … */
  readonly code: string;
  /** ms */
  readonly since: number;
  /** How often it was tried in vain. */
  readonly tries: number;
  /** Somebody was told. */
  readonly alarmed: boolean;
};

/** Who is the portal's only worker, and until when, ms (D§2: one portal, one writer). */
export type PortalLock = { readonly owner: string; readonly until: number };

/** Everything that is stored about a portal, except for its grant and its rules. */
export type PortalState = {
  readonly portal: string;
  /** ms */
  readonly addedAt: number;
  /** Set and cleared by the operator (`portal pause`, `portal resume`). */
  readonly paused: boolean;
  readonly stop: Stop | null;
  /** How often the portal was restarted: by an installation, a person, a probe that succeeded. Absent: never. */
  readonly restarts?: number;
  readonly budget: RateBudget | null;
  /** The portal's tariff, as far as its rate goes (B§8.1); standard unless set. */
  readonly plan: RatePlan;
  /** How often the lock was taken. What was written under an earlier number belongs to an earlier worker. */
  readonly epoch: number;
  /** How many workers have begun to serve the portal and have not ended: they died. */
  readonly begun: number;
  /** Servings in a row that sent nothing and woke the portal again soon. */
  readonly idleTurns: number;
  /** Until when a worker holds the lock, ms; null: none does. */
  readonly lockedUntil: number | null;
  /** When a trigger asked for a wake-up that no worker has taken up yet, ms; null: none is pending. */
  readonly wokenAt: number | null;
  /** When the wake-up that the worker sent to itself is due, ms; null: there is none. */
  readonly nextWakeAt: number | null;
  /** Nothing may be sent to the portal before this time, ms; null: it does not rest as a whole. */
  readonly restsUntil: number | null;
  /** The application was removed from the portal at this time, ms; absent while it is installed. */
  readonly uninstalledAt?: number;
  /** When the portal built the event of its latest installation or update, by its own clock, ms; absent if not known. */
  readonly announcedAt?: number;
  /** Absent while the portal is well. */
  readonly trouble?: Trouble;
  /** Absent while none is stopped. */
  readonly stoppedMethods?: StoppedMethods;
};

/** How a worker leaves a portal: what it has learnt of the limits, and when the portal is to be served again. */
export type ServingEnd = Pick<PortalState, 'budget' | 'begun' | 'idleTurns' | 'nextWakeAt' | 'restsUntil'>;

/**
 * Port: one row per portal. Each method changes only the fields that it is about, so that writers do not undo each other. A
 * removed portal has no row to anyone who reads; its epoch is kept, so that it never starts anew.
 */
export interface PortalStore {
  read(portal: string): Promise<PortalState | null>;
  list(): AsyncIterable<PortalState>;
  /** Creates the portal's row if there is none. `now` in ms. */
  add(portal: string, now: number): Promise<void>;
  remove(portal: string): Promise<void>;
  setPaused(portal: string, paused: boolean): Promise<void>;
  /**
   * Stops the portal, or restarts it and forgets whatever was noted of its trouble (null). `restarts`: only if it was not
   * restarted since its row said so many; a stop is about the grant of then. False: it was, and nothing was changed.
   */
  setStop(portal: string, stop: Stop | null, restarts?: number): Promise<boolean>;
  /** What the portal suffers from now; absent: it does not. `restarts`: as for `setStop`. */
  setTrouble(portal: string, now: Pick<PortalState, 'trouble' | 'stoppedMethods'>, restarts?: number): Promise<void>;
  /** null: the application is installed again. */
  setUninstalled(portal: string, at: number | null): Promise<void>;
  /**
   * Notes the application as removed, if `announcedAt` is still what the row says (null: nothing). False: an installation
   * was noted since, or there is no row; nothing was changed.
   */
  markRemoved(portal: string, at: number, announcedAt: number | null): Promise<boolean>;
  /** Notes the time of an installation, by the portal's clock, ms; a later one that is noted already stays. */
  noteAnnounced(portal: string, announcedAt: number): Promise<void>;

  setPlan(portal: string, plan: RatePlan): Promise<void>;

  /**
   * Notes that a wake-up is pending, and makes a missing row. `first`: none was, so the caller has to send one. null: the
   * portal was removed, and nothing was changed.
   */
  markWakePending(
    portal: string,
    now: number,
  ): Promise<{ readonly first: boolean; readonly restsUntil: number | null } | null>;
  /** Forgets the pending wake-up and the portal's rest, for a person who wants it served now. */
  clearWakePending(portal: string): Promise<void>;

  /**
   * Takes the lock of the portal for `lock.owner`, counts the beginning and the epoch, forgets the pending wake-up, and
   * returns the row as it is then. All in one write: a job whose wake-up is forgotten here was stored before, and is found
   * by who reads the jobs after this (D§2). null: the portal has no row, or another worker's lock has not ended at `now` (ms).
   */
  beginServing(portal: string, lock: PortalLock, now: number): Promise<PortalState | null>;
  /**
   * Renews the lock and forgets a wake-up that became pending meanwhile. Returns the row; null: the lock is not its owner's
   * any more.
   */
  continueServing(portal: string, lock: PortalLock): Promise<PortalState | null>;
  /** Renews the lock. False: it is not ours any more. */
  keepServing(portal: string, lock: PortalLock): Promise<boolean>;
  /**
   * Releases the lock, unless a wake-up is pending. False: one is, or the lock is not `owner`'s any more; nothing was
   * changed.
   */
  endServing(portal: string, owner: string, end: ServingEnd): Promise<boolean>;
  /** Releases the lock of a worker that breaks off. Its beginning stays counted. */
  abandonServing(portal: string, owner: string): Promise<void>;
  /** Releases a lock whose owner is known to be gone: the local stack has one process. */
  releaseLock(portal: string): Promise<void>;
  /**
   * Notes that the wake-up which was due at `nextWakeAt` (ms) came while another worker had the lock: it is pending from
   * then on, and the other worker finds it when it lets go. Returns the row as it is then; null: it expects another one.
   */
  deferWakeUp(portal: string, nextWakeAt: number, now: number): Promise<PortalState | null>;

  /** The portal's cleanup rules as stored JSON text, or null when none were set. */
  readRules(portal: string): Promise<string | null>;
  writeRules(portal: string, rules: string): Promise<void>;
}
