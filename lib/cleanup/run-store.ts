import type { CleanupSettings } from './cleanup-settings.ts';

/** What a run of a portal is, beyond its job: there is one at a time (D§6). */
export type Run = {
  /** The id of its job. */
  readonly id: string;
  /** ms */
  readonly since: number;
  /** The rules as they were when it began, JSON. */
  readonly rules: string;
};

/** Where a sweep was whose time was up; the next one goes on there, if the rules are still the same. */
export type Carry = { readonly rules: string; readonly state: string };

/** Port: the run that a portal is at, and what is kept for the next one. Implemented over DynamoDB. */
export interface RunStore {
  current(portal: string): Promise<Run | null>;
  /** Makes it the portal's run. False: `instead` (null: none) is not what the portal is at. */
  begin(portal: string, run: Run, instead: string | null): Promise<boolean>;
  /** A person wants the run to end after the request that is under way, or not to begin. */
  askToStop(portal: string, id: string): Promise<void>;
  isAskedToStop(portal: string, id: string): Promise<boolean>;
  end(portal: string, id: string): Promise<void>;

  settings(portal: string): Promise<CleanupSettings>;
  setSettings(portal: string, settings: CleanupSettings): Promise<void>;

  carry(portal: string): Promise<Carry | null>;
  setCarry(portal: string, carry: Carry | null): Promise<void>;

  /** Which of these activities the run has weighed already. */
  seen(portal: string, run: string, activityIds: readonly number[]): Promise<ReadonlySet<number>>;
  addSeen(portal: string, run: string, activityIds: readonly number[]): Promise<void>;
}
