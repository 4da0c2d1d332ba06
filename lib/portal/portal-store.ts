import type { RatePlan } from '../bitrix24/limits.ts';
import type { RateBudget } from '../bitrix24/rest/rate-budget.ts';

/** Why a portal is not called at the moment, and when it is tried again (D§3). */
export type Stop = {
  /** Bitrix24's code, or ours: GRANT_MISSING, GRANT_DEAD. */
  readonly code: string;
  /** ms */
  readonly since: number;
  /** When one command may probe whether the portal can be served again, ms. */
  readonly probeAt: number;
  readonly probes: number;
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
  /** How many workers have begun to serve the portal and have not ended: they died. */
  readonly begun: number;
  /** When a wake-up was sent that no worker has received yet, ms; null: none is pending. */
  readonly wokenAt: number | null;
  /** The application was removed from the portal at this time, ms; absent while it is installed. */
  readonly uninstalledAt?: number;
  /** When the portal built the event of its latest installation or update, by its own clock, ms; absent if not known. */
  readonly announcedAt?: number;
};

/**
 * Port: one row per portal. Each method changes only the fields that it is about, so that writers do not undo each other.
 */
export interface PortalStore {
  read(portal: string): Promise<PortalState | null>;
  list(): AsyncIterable<PortalState>;
  /** Creates the portal's row if there is none. `now` in ms. */
  add(portal: string, now: number): Promise<void>;
  remove(portal: string): Promise<void>;
  setPaused(portal: string, paused: boolean): Promise<void>;
  /**
   * Stops the portal, or restarts it (null). `restarts`: only if it was not restarted since its row said so many; a stop is about
   * the grant of then. False: it was, and nothing was changed.
   */
  setStop(portal: string, stop: Stop | null, restarts?: number): Promise<boolean>;
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
   * Notes that a wake-up is pending; null: one was already. Returns the hidden wake-up, if new work may bring it forward.
   */
  markWakePending(portal: string, now: number): Promise<{ readonly hiddenWakeUp: string | null } | null>;
  /** Forgets the pending and the hidden wake-up. Returns the hidden one, also if new work may not bring it forward. */
  clearWakePending(portal: string): Promise<string | null>;
  /**
   * Takes the lock of the portal, and sets `begun`. Forgets the pending and the hidden wake-up; as this is done before the
   * jobs are read, no wake-up is lost (D§2). False: another worker's lock has not ended at `now` (ms), and nothing was
   * changed.
   */
  beginServing(portal: string, lock: PortalLock, begun: number, now: number): Promise<boolean>;
  /** Renews the lock. False: it is not ours any more. */
  keepServing(portal: string, lock: PortalLock): Promise<boolean>;
  /** Releases a lock whose owner is known to be gone: the local stack has one process. */
  releaseLock(portal: string): Promise<void>;
  /** Releases the lock and stores the budget. `begun` is 0 after an orderly end; otherwise the beginning stays counted. */
  endServing(
    portal: string,
    owner: string,
    end: { readonly budget: RateBudget | null; readonly begun: number },
  ): Promise<void>;
  /**
   * Notes the hidden wake-up of a portal that rests. `whole`: all of the portal rests, so new work must not bring the
   * wake-up forward. True: another wake-up is pending, so this one is not needed.
   */
  noteHiddenWakeUp(portal: string, receiptHandle: string, whole: boolean): Promise<boolean>;

  /** The portal's cleanup rules as stored JSON text, or null when none were set. */
  readRules(portal: string): Promise<string | null>;
  writeRules(portal: string, rules: string): Promise<void>;
}
