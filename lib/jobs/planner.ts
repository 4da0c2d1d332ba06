import type { Element } from '../bitrix24/crm/element.ts';
import { MOST_BATCH_COMMANDS } from '../bitrix24/limits.ts';
import type { RestCall } from '../bitrix24/rest/rest-call.ts';
import type { Action } from './command.ts';
import type { Checkpoint, Job } from './job.ts';

/** Reads from the portal during planning. Calls made at the same time share a batch. */
export type Ask = {
  (call: RestCall): Promise<Read>;
  /** How many calls fit into one request at the portal's present pace; absent: as many as a batch may hold. */
  readonly room?: (() => number) | undefined;
  /** What this and other jobs ask through: calls that several of them share are made here. Absent: this itself. */
  readonly shared?: Ask;
};

/** How many calls fit into one request now. */
export const roomOf = ({ room }: Ask): number => room?.() ?? MOST_BATCH_COMMANDS;

/** On a slow portal a plan covers only a part of what was read, and goes on within it. */
export const isSlow = (ask: Ask): boolean => roomOf(ask) < MOST_BATCH_COMMANDS;

/** A success, or a refusal by Bitrix24 for a business reason. Everything else ends the planning with an exception. */
export type Read =
  | { readonly ok: true; readonly result: unknown }
  /** `passing`: it may be readable later. */
  | { readonly ok: false; readonly code: string; readonly passing?: true };

/** One binding to change, in the order of the plan. */
export type Step = {
  readonly action: Action;
  readonly activityId: number;
  readonly element: Element;
  /** The rule that asks for it; absent: no rule does. */
  readonly rule?: string;
  /** Why it is not done after all: it is recorded as `skipped` with this code. null: it is done. */
  readonly skip: string | null;
  /**
   * Where the job goes on after this step, should no more steps fit: asked of one step at most, as the checkpoint of a sweep is
   * a long text.
   */
  readonly checkpointAfter: () => Checkpoint;
};

export type Planned = {
  readonly steps: readonly Step[];
  /** Where the job continues after all steps; null: nothing is left. */
  readonly checkpoint: Checkpoint | null;
  /** An error code that concerns the job as a whole (the element cannot be read …). */
  readonly code: string | null;
  /** The job could not be planned and is given up: it counts as one failed command. */
  readonly failed?: boolean;
  /** After its steps the job goes on within the lists that were read for them: they are kept, and not read again soon. */
  readonly keepsReads?: boolean;
};

/** Turns a job, from its checkpoint on, into the next steps. Changes nothing in the portal, except for the registration. */
export type Planner = (job: Job, ask: Ask) => Promise<Planned>;

export const NOTHING_LEFT: Planned = { steps: [], checkpoint: null, code: null };

/**
 * The job cannot be planned now: the portal, or one of its methods, must rest until a known time (`until`, ms), or there is
 * transient trouble that may last for any time (`until` is null, `code` says which trouble).
 */
export class NotNow extends Error {
  readonly until: number | null;
  readonly code: string;

  constructor(until: number | null, code: string) {
    super(`not now: ${code}`);
    this.name = 'NotNow';
    this.until = until;
    this.code = code;
  }
}

/** The portal as a whole is not of use now, whatever it is asked: jobs wait, and it is tried again soon (D§2). */
export class PortalTroubled extends NotNow {
  constructor(code: string) {
    super(null, code);
    this.name = 'PortalTroubled';
  }
}

/** The portal cannot be served until somebody acts (D§3). */
export class PortalStopped extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`the portal cannot be served: ${code}`);
    this.name = 'PortalStopped';
    this.code = code;
  }
}
