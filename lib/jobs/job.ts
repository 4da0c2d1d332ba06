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
  /** By the portal's rules; at the time `until` (ms) it finishes what it has begun and ends. */
  | { readonly kind: 'sweep'; readonly until?: number }
  /** A sweep that only writes down what it finds. `rules`: by these (JSON), not by the portal's enabled ones. */
  | { readonly kind: 'plan'; readonly plan: string; readonly until?: number; readonly rules?: string }
  | { readonly kind: 'apply'; readonly plan: string }
  /** Binds again what a run, or single outcomes, have unbound. */
  | { readonly kind: 'undo'; readonly run: string }
  | { readonly kind: 'undo'; readonly outcomes: readonly string[] }
  /** What is still unbound of several runs, one run after the other; `total`: so many outcomes. */
  | { readonly kind: 'undo'; readonly runs: readonly string[]; readonly total: number }
  | { readonly kind: 'register' }
  /** A robot's request could not be understood: all there is to do is to tell its workflow. */
  | { readonly kind: 'explain'; readonly code: string; readonly details: string };

/** How many commands of the job have ended in each status so far. */
export type Counts = { readonly [status in Status]?: number };

/** Where a job continues after a finished intent; what it means is up to the task's planner. */
export type Checkpoint = { readonly [name: string]: string | number | boolean | null };

/**
 * A durable request for work. `waiting` → (`answering`: only the workflow's answer is still owed) → `finished`, or `failed`:
 * kept with its task, so that it can be redriven.
 */
export type Job = {
  readonly portal: string;
  readonly id: string;
  readonly lane: Lane;
  readonly trigger: Trigger;
  readonly cause: string;
  readonly task: Task;
  readonly phase: 'waiting' | 'answering' | 'finished' | 'failed';
  /** How many events the job stands for; 0: it is of another kind, or they were not counted. */
  readonly events: number;
  /** When the portal built each of them, by its own clock, ms (B§5.1); 0: the event does not say. */
  readonly builtAt: readonly number[];
  /** ms */
  readonly createdAt: number;
  /** Not to be worked on before this time, ms. Within a lane the earliest goes first. */
  readonly dueAt: number;
  /** How many intents of the job have ended. A write of progress names this number, so that it counts once. */
  readonly slice: number;
  /** The checkpoint; null: the job starts at its beginning. */
  readonly cursor: Checkpoint | null;
  readonly counts: Counts;
  /** The first error code met, for the robot's answer. */
  readonly code: string | null;
  /** How often working on it broke off for other reasons than an answer of the portal. */
  readonly failures: number;
  /** How often a careful worker began it and never came back: a job that kills its workers is given up. */
  readonly begun: number;
  /** The credential for the workflow's answer, until that was sent (B§6.3); null for jobs that nobody waits for. */
  readonly eventToken: string | null;
  /** When the workflow stops waiting by itself, ms (B§6.3); null: never, or nobody waits. */
  readonly answerBy: number | null;
};

/** What a trigger says about a new job; everything else starts at zero. */
export type NewJob = Pick<Job, 'portal' | 'id' | 'lane' | 'trigger' | 'cause' | 'task'> & {
  /** When the portal built the event that the job stands for, ms. */
  readonly builtAt?: number | null;
  /** Where it begins; absent: at the beginning. */
  readonly cursor?: Checkpoint;
  readonly eventToken?: string;
  readonly answerBy?: number;
};
