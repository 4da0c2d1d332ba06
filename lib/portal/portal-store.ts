import type { Budget } from '../bitrix24/budget.ts';

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

/** What is known of a portal besides its grant. */
export type PortalState = {
  readonly portal: string;
  /** ms */
  readonly addedAt: number;
  /** The operator's switch (`portal pause`). */
  readonly paused: boolean;
  readonly stop: Stop | null;
  readonly budget: Budget | null;
  /** When a bell was rung that has not been heard yet, ms; null when none is pending. */
  readonly rungAt: number | null;
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
  setBudget(portal: string, budget: Budget): Promise<void>;

  /** Notes that a bell is pending. False: one was pending already. */
  markRung(portal: string, now: number): Promise<boolean>;
  /** Takes the mark away; done before the jobs are read, so that no wake-up is lost (D§2). */
  clearRung(portal: string): Promise<void>;

  /** The portal's cleanup rules as stored JSON text, or null when none were set. */
  readRules(portal: string): Promise<string | null>;
  writeRules(portal: string, rules: string): Promise<void>;
}
