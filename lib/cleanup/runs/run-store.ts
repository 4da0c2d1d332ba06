import { DEFAULT_SWEEP_MINUTES } from '../policy.ts';

/** A run of a portal, beyond its job: there is one at a time (D§6). */
export type Run = {
  /** The id of its job. */
  readonly id: string;
  /** ms */
  readonly since: number;
  /** The rules when it began, JSON. */
  readonly rules: string;
};

/**
 * Why a run ended. `completed`: it covered everything; `unreadable`: everything but what Bitrix24 did not let it read;
 * `stopped`: by a person; `time_limit`: of its schedule; `rules_changed`: they are no longer those it began with;
 * `plan_gone`: the plan that it applies no longer exists; `checkpoint_lost`: the one at which it should resume its plan.
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
 * `at`: when, ms. `done`: how many items of its plan were completed by then, by it and by earlier runs; null: it applied no
 * plan, and its job has the counts. `code`: Bitrix24's for the first thing that could not be read, however the run ended.
 */
export type RunOver = {
  readonly at: number;
  readonly why: RunEnd;
  readonly done: number | null;
  readonly code: string | null;
};

/** A run in the history. One whose job was given up has no end. */
export type RunRecord = Pick<Run, 'id' | 'since'> & { readonly end: RunOver | null };

/**
 * Where a scheduled run was when it reached its time limit or a person stopped it. The next one resumes there, if the rules are
 * still the same.
 */
export type Carry = {
  readonly rules: string;
  readonly state: string;
  /** The plan that was being made; absent: it was a sweep. */
  readonly plan?: CarriedPlan;
};

export type CarriedPlan = {
  readonly id: string;
  readonly byRule: { readonly [rule: string]: number };
  /** Bitrix24's code for what could not be read. */
  readonly code: string | null;
  /** The run that has resumed it; null: none. Only the same run, redriven, may resume it again until it leaves a new carry. */
  readonly by: string | null;
};

/** Sweeps that remove and those that plan do not resume each other's work. */
export type CarryKind = 'sweep' | 'plan';

/** How far the removals of a run (or any other job) are undone, in the order of the ids of its outcomes. */
export type Undone = {
  /** The last outcome that an undo has looked at; null: none. */
  readonly after: string | null;
  /** How many removals were looked at. */
  readonly count: number;
  /** Whether all were. */
  readonly completed: boolean;
  /** The undos that did this. */
  readonly by: readonly string[];
};

/** How a portal's scheduled sweeps are done. */
export type CleanupSettings = {
  /** `plan`: nothing is removed until a person applies the plan. */
  readonly mode: 'apply' | 'plan';
  /** The time limit; a sweep that reaches it leaves the rest to the next one. */
  readonly minutes: number;
};

export const DEFAULT_SETTINGS: CleanupSettings = { mode: 'apply', minutes: DEFAULT_SWEEP_MINUTES };

/** Port: the current run of a portal, its history, and what is kept for the next run. Implemented over DynamoDB. */
export interface RunStore {
  current(portal: string): Promise<Run | null>;
  /** Makes it the portal's current run in place of `instead` (null: none). False: that is not the current one. */
  begin(portal: string, run: Run, instead: string | null): Promise<boolean>;
  /** Asks the run to end after the current request, or not to begin. */
  askToStop(portal: string, id: string): Promise<void>;
  isAskedToStop(portal: string, id: string): Promise<boolean>;
  end(portal: string, id: string): Promise<void>;

  /** The latest runs, newest first; older ones are forgotten. */
  history(portal: string): Promise<readonly RunRecord[]>;
  /** Adds a run to the history. One that is there already keeps its beginning, and counts as not ended. */
  noteBegun(portal: string, run: Pick<Run, 'id' | 'since'>): Promise<void>;
  /** Notes how a run ended, replacing an earlier end. A run that is not in the history is added. */
  noteEnded(portal: string, run: Pick<Run, 'id' | 'since'>, end: RunOver): Promise<void>;

  settings(portal: string): Promise<CleanupSettings>;
  setSettings(portal: string, settings: CleanupSettings): Promise<void>;

  carry(portal: string, kind: CarryKind): Promise<Carry | null>;
  setCarry(portal: string, kind: CarryKind, carry: Carry | null): Promise<void>;

  /** null: no undo of it has begun, or not recently. */
  undone(portal: string, run: string): Promise<Undone | null>;
  setUndone(portal: string, run: string, undone: Undone): Promise<void>;

  /** Which of these activities the run has already evaluated. */
  seen(portal: string, run: string, activityIds: readonly number[]): Promise<ReadonlySet<number>>;
  addSeen(portal: string, run: string, activityIds: readonly number[]): Promise<void>;
}
