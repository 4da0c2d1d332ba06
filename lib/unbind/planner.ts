import type { Element } from '../bitrix24/element.ts';
import type { RestCall } from '../bitrix24/rest-call.ts';
import type { Action } from './command.ts';
import type { Cursor, Job } from './job.ts';

/** Reads from the portal while planning. Calls made at the same time travel in one batch. */
export type Ask = (call: RestCall) => Promise<Read>;

/** A success, or the business refusal of Bitrix24. Everything else ends the planning by an exception. */
export type Read = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly code: string };

/** One binding to change, in the order of the plan. */
export type Step = {
  readonly action: Action;
  readonly activityId: number;
  readonly element: Element;
  /** Why it is not done after all: recorded as `skipped` with this code. */
  readonly skip: string | null;
  /** Where the job would go on after this step, should no more steps fit. */
  readonly cursor: Cursor;
};

export type Planned = {
  readonly steps: readonly Step[];
  /** Where the job goes on after all steps; null: nothing is left. */
  readonly cursor: Cursor | null;
  /** An error code that belongs to the job as a whole (the element cannot be read …). */
  readonly code: string | null;
};

/** Turns a job, from its cursor on, into the next steps. Changes nothing in the portal, except for the registration. */
export type Planner = (job: Job, ask: Ask) => Promise<Planned>;

export const NOTHING_LEFT: Planned = { steps: [], cursor: null, code: null };

/** The portal, or a method of it, must rest before the planning can be tried again. */
export class NotNow extends Error {
  readonly until: number;

  constructor(until: number) {
    super('the portal must rest');
    this.name = 'NotNow';
    this.until = until;
  }
}

/** The portal cannot be served until somebody does something (D§3). */
export class PortalStopped extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`the portal cannot be served: ${code}`);
    this.name = 'PortalStopped';
    this.code = code;
  }
}
