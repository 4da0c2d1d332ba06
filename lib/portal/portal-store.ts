import type { Budget, RatePlan } from '../bitrix24/rest/rate-budget.ts';

/** Why a portal is not called at the moment, and when it is tried again (D§3). */
export type Stop = {
  /** Bitrix24's code, or ours: GRANT_MISSING, GRANT_DEAD. */
  readonly code: string;
  /** ms */
  readonly since: number;
  /** When one command may try whether the portal can be served again, ms. */
  readonly probeAt: number;
  readonly probes: number;
};

/** Until when a worker is the portal's only one, ms (D§2: one portal, one writer). */
export type PortalLock = { readonly owner: string; readonly until: number };

/** What is known of a portal besides its grant. */
export type PortalState = {
  readonly portal: string;
  /** ms */
  readonly addedAt: number;
  /** The operator's switch (`portal pause`). */
  readonly paused: boolean;
  readonly stop: Stop | null;
  readonly budget: Budget | null;
  /** The portal's plan, as far as its rate goes (B§8.1); standard unless set. */
  readonly plan: RatePlan;
  /** How often serving began without having come to an end: workers that died. */
  readonly begun: number;
  /** When a wake-up was sent that no worker has received yet, ms; null: none is pending. */
  readonly wokenAt: number | null;
  /** The application was removed from the portal at this time, ms; absent while it is installed. */
  readonly uninstalledAt?: number;
  /** When the portal built the event of its latest installation or update, by its own clock, ms; absent: not known. */
  readonly announcedAt?: number;
};

/** Port: one row per portal. Each method changes only the fields it names, so that writers do not undo each other. */
export interface PortalStore {
  read(portal: string): Promise<PortalState | null>;
  list(): AsyncIterable<PortalState>;
  /** Creates the row if there is none. */
  add(portal: string, now: number): Promise<void>;
  remove(portal: string): Promise<void>;
  setPaused(portal: string, paused: boolean): Promise<void>;
  setStop(portal: string, stop: Stop | null): Promise<void>;
  /** null: installed (again). */
  setUninstalled(portal: string, at: number | null): Promise<void>;
  /**
   * Notes the application as removed, if `announcedAt` is still what the row says (null: nothing). False: an installation was
   * noted since, or there is no row; nothing was changed.
   */
  markRemoved(portal: string, at: number, announcedAt: number | null): Promise<boolean>;
  /** Notes the time of an installation, by the portal's clock, ms; a later one that is noted already stays. */
  noteAnnounced(portal: string, announcedAt: number): Promise<void>;

  setPlan(portal: string, plan: RatePlan): Promise<void>;

  /** Notes that a bell is pending; null: one was pending already. Tells of the hidden bell that new work may wake. */
  markWakePending(portal: string, now: number): Promise<{ readonly hiddenWakeUp: string | null } | null>;
  /** Takes the mark and the hidden bell away; returns that bell, also one that new work may not wake. */
  clearWakePending(portal: string): Promise<string | null>;
  /**
   * Claims the portal for one worker and counts a beginning. Takes the mark and the hidden bell away: done before the jobs
   * are read, so that no wake-up is lost (D§2). False: another worker's claim has not ended at `now`, nothing was changed.
   */
  beginServing(portal: string, lock: PortalLock, begun: number, now: number): Promise<boolean>;
  /** Makes the claim last longer. False: it is not ours any more. */
  keepServing(portal: string, lock: PortalLock): Promise<boolean>;
  /** Ends a claim whose owner is known to be gone: the local stack has one process. */
  releaseLock(portal: string): Promise<void>;
  /** Gives the claim up and keeps the budget. `begun` is 0 after an orderly end; otherwise the beginning stays counted. */
  endServing(
    portal: string,
    owner: string,
    end: { readonly budget: Budget | null; readonly begun: number },
  ): Promise<void>;
  /**
   * Notes the bell that wakes the resting portal. `whole`: nothing of it can be done before, so new work must not wake it.
   * True: a bell is pending, so this one need not be kept.
   */
  noteHiddenWakeUp(portal: string, receiptHandle: string, whole: boolean): Promise<boolean>;

  /** The portal's cleanup rules as stored JSON text, or null when none were set. */
  readRules(portal: string): Promise<string | null>;
  writeRules(portal: string, rules: string): Promise<void>;
}
