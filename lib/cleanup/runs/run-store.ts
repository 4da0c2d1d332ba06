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

/**
 * Why a run ended: it `completed` all there was, or all of it but what Bitrix24 did not let it read (`unreadable`); a
 * person stopped it, its schedule gave it no more time, the rules are not wanted any more as they were when it began, the
 * plan that it applies is there no longer, or the place is at which it was to go on with one.
 */
export type RunEnd =
  | 'completed'
  | 'unreadable'
  | 'stopped'
  | 'time_limit'
  | 'rules_changed'
  | 'plan_gone'
  | 'checkpoint_lost';

/**
 * `at`: when, ms. `done`: how many items of its plan were through then, by it and those before; null: it applied none, and
 * its job knows. `code`: Bitrix24's for the first thing that could not be read, however the run ended; null: everything could.
 */
export type RunOver = {
  readonly at: number;
  readonly why: RunEnd;
  readonly done: number | null;
  readonly code: string | null;
};

/** A run that has begun. One whose job was given up has no end. */
export type RunRecord = Pick<Run, 'id' | 'since'> & { readonly end: RunOver | null };

/**
 * Where a run of the schedule was whose time was up, or that a person stopped; the next one goes on there, if the rules are
 * still the same.
 */
export type Carry = {
  readonly rules: string;
  readonly state: string;
  /** The plan that was being made; absent: a sweep. */
  readonly plan?: CarriedPlan;
};

export type CarriedPlan = {
  readonly id: string;
  readonly byRule: { readonly [rule: string]: number };
  /** Bitrix24's code for what could not be read. */
  readonly code: string | null;
  /** The run that has taken it up; null: none. What one has taken up and not left behind, no other goes on with. */
  readonly by: string | null;
};

/** Sweeps that remove and those that plan do not go on with each other's work. */
export type CarryKind = 'sweep' | 'plan';

/** How far what a run (or any other job) has unbound was bound again, in the order of the ids of its outcomes. */
export type Undone = {
  /** The last outcome that was looked at; null: none. */
  readonly after: string | null;
  /** How many of what it has unbound were looked at. */
  readonly count: number;
  /** There is nothing more to look at. */
  readonly completed: boolean;
  /** The undos that did this. */
  readonly by: readonly string[];
};

/** Port: the run that a portal is at, those it was at, and what is kept for the next one. Implemented over DynamoDB. */
export interface RunStore {
  current(portal: string): Promise<Run | null>;
  /** Makes it the portal's run. False: `instead` (null: none) is not what the portal is at. */
  begin(portal: string, run: Run, instead: string | null): Promise<boolean>;
  /** A person wants the run to end after the request that is under way, or not to begin. */
  askToStop(portal: string, id: string): Promise<void>;
  isAskedToStop(portal: string, id: string): Promise<boolean>;
  end(portal: string, id: string): Promise<void>;

  /** The latest runs, the newest first; older ones are forgotten. */
  history(portal: string): Promise<readonly RunRecord[]>;
  /** Puts a run into the history. One that is there keeps its beginning, and has not ended after all. */
  noteBegun(portal: string, run: Pick<Run, 'id' | 'since'>): Promise<void>;
  /** The same again replaces the end. A run that never had its turn begins and ends with this. */
  noteEnded(portal: string, run: Pick<Run, 'id' | 'since'>, end: RunOver): Promise<void>;

  settings(portal: string): Promise<CleanupSettings>;
  setSettings(portal: string, settings: CleanupSettings): Promise<void>;

  carry(portal: string, kind: CarryKind): Promise<Carry | null>;
  setCarry(portal: string, kind: CarryKind, carry: Carry | null): Promise<void>;

  /** null: nobody has begun to undo it, or that is long ago. */
  undone(portal: string, run: string): Promise<Undone | null>;
  setUndone(portal: string, run: string, undone: Undone): Promise<void>;

  /** Which of these activities the run has weighed already. */
  seen(portal: string, run: string, activityIds: readonly number[]): Promise<ReadonlySet<number>>;
  addSeen(portal: string, run: string, activityIds: readonly number[]): Promise<void>;
}
