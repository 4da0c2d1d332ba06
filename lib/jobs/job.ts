import type { Element } from '../bitrix24/crm/element.ts';
import type { Status, Trigger } from './outcome.ts';

/** In order of urgency: robots and the command line, then events, then sweeps (D§2). */
export const LANES = ['robot', 'event', 'sweep'] as const;
export type Lane = (typeof LANES)[number];

/** Narrows the activities of an element. An empty list of types means every type. */
export type ActivityFilter = { readonly types: readonly string[]; readonly completedOnly: boolean };

/** What is asked for. */
export type Task =
  | {
      readonly kind: 'unbind';
      readonly element: Element;
      /** `all`: every activity of the element that passes the filter. */
      readonly activities: readonly number[] | 'all';
      readonly filter: ActivityFilter | null;
    }
  | { readonly kind: 'element_changed'; readonly element: Element }
  | { readonly kind: 'activity_changed'; readonly activityId: number }
  /** By the portal's rules; finished with what was begun when the time is `until`, ms. */
  | { readonly kind: 'sweep'; readonly until?: number }
  /** The same way, but what is found is only written down. `rules`: by these (JSON, read), not by the portal's enabled ones. */
  | { readonly kind: 'plan'; readonly plan: string; readonly until?: number; readonly rules?: string }
  | { readonly kind: 'apply'; readonly plan: string }
  /** Binds again what a run, or what single outcomes, have unbound. */
  | { readonly kind: 'undo'; readonly run: string }
  | { readonly kind: 'undo'; readonly outcomes: readonly string[] }
  /** What is missing of several runs, one after the other; `total`: so many outcomes. */
  | { readonly kind: 'undo'; readonly runs: readonly string[]; readonly total: number }
  | { readonly kind: 'register' }
  /** What a robot asked for could not be understood: nothing to do but to say so to its workflow. */
  | { readonly kind: 'explain'; readonly code: string; readonly details: string };

/** How many commands of the job ended how, so far. */
export type Counts = { readonly [status in Status]?: number };

/** Where a job goes on after a finished slice; its meaning belongs to the task's planner. */
export type Checkpoint = { readonly [name: string]: string | number | boolean | null };

/**
 * A durable request for work. `waiting` → (`answering`: only a robot's answer is owed) → `finished`, or `failed`: kept with
 * what it asked for, so that it can be driven again.
 */
export type Job = {
  readonly portal: string;
  readonly id: string;
  readonly lane: Lane;
  readonly trigger: Trigger;
  readonly cause: string;
  readonly task: Task;
  readonly phase: 'waiting' | 'answering' | 'finished' | 'failed';
  /** How many events the job stands for; 0: it is of another kind, or nobody has counted. */
  readonly events: number;
  /** When the portal built them, by its own clock, ms (B§5.1); 0: one that does not say. */
  readonly builtAt: readonly number[];
  /** ms */
  readonly createdAt: number;
  /** Not to be worked before, ms. Within a lane the earliest goes first. */
  readonly dueAt: number;
  /** Finished slices. A write of progress names the slice it ends, so it counts once. */
  readonly slice: number;
  readonly cursor: Checkpoint | null;
  readonly counts: Counts;
  /** The first error code met, for the robot's answer. */
  readonly code: string | null;
  /** How often working on it broke off without an answer of the portal being the reason. */
  readonly failures: number;
  /** How often a careful worker began it without having come back: what ends workers is given up. */
  readonly begun: number;
  /** The credential for the workflow's answer, until it was sent (B§6.3); null for jobs nobody waits for. */
  readonly eventToken: string | null;
  /** When the workflow stops waiting by itself, ms (B§6.3); null: never, or nobody waits. */
  readonly answerBy: number | null;
};

/** What a trigger says of a new job; the rest starts at zero. */
export type NewJob = Pick<Job, 'portal' | 'id' | 'lane' | 'trigger' | 'cause' | 'task'> & {
  /** Of the event that it stands for. */
  readonly builtAt?: number | null;
  readonly eventToken?: string;
  readonly answerBy?: number;
};
