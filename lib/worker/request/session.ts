import type { Allotment } from '../../bitrix24/rest/rate-budget.ts';
import type { RestCall } from '../../bitrix24/rest/rest-call.ts';
import type { Attempt } from '../../jobs/attempt.ts';
import type { Job, Lane } from '../../jobs/job.ts';
import type { Ask } from '../../jobs/planner.ts';
import type { PortalApi } from '../../portal/portal-api.ts';
import type { Trouble } from '../../portal/portal-store.ts';
import type { HeldLock } from '../portal-lock.ts';
import type { Deadline, WorkerPorts } from '../worker-ports.ts';
import type { PlannedJob } from './fit-plan.ts';
import type { OpenIntent } from './open-intent.ts';
import type { ReadingLimit } from './reading-limit.ts';

/** One worker serving one portal, from the wake-up to the rest. */
export type Session = {
  readonly ports: WorkerPorts;
  readonly portal: string;
  readonly api: PortalApi;
  /** The reads of planners, by the part of the rate that they may use. */
  readonly asks: { readonly [allotment in Allotment]: Ask };
  /** How much those may read for one request. */
  readonly reading: ReadingLimit;
  readonly openIntents: OpenIntent[];
  /** The ids of jobs of which nothing can be stored: they wait for another serving, and so do their intents. */
  readonly leftOut: ReadonlySet<string>;
  /** Planned, but there was no room yet. */
  readonly backlog: PlannedJob[];
  /** A stopped portal is probed with one call (D§3), until an answer proves that it can be served again. */
  probing: boolean;
  proven: boolean;
  /** How often the portal was restarted when this serving began; what it learns is about the grant of then. */
  restarts: number;
  /** Commands or answers were sent, or a job was taken further without any. Reads alone are no progress. */
  progressed: boolean;
  /** The portal is in trouble, as far as its row says. */
  trouble: Trouble | null;
  /** Jobs that failed before and are due. They are looked at in every other request, each in one of its own. */
  readonly troubledJobs: Job[];
  /** Answers before a time-out that failed, by the id of their job, and when to send them again, ms. */
  readonly failedAnswers: Map<string, number>;
  /** Whether the next request is for what failed before. */
  troubledTurn: boolean;
  readonly deadline: Deadline;
  readonly lock: HeldLock;
  /** Earlier workers died while serving this portal: one job at a time, each counted before it is touched. */
  readonly careful: boolean;
};

/**
 * How the portal is left: nothing to do, more to do at once, or nothing before `until` (ms). `whole`: the portal itself must
 * rest; otherwise only a part of the work waits, and new work may wake the portal.
 */
export type Rest =
  | { readonly kind: 'idle' }
  | { readonly kind: 'more' }
  | { readonly kind: 'rest'; readonly until: number; readonly whole: boolean };

export const IDLE: Rest = { kind: 'idle' };

/** One call of a request and what it is for. `attempt` is as it was before the call. */
export type RequestItem =
  | { readonly kind: 'attempt'; readonly openIntent: OpenIntent; readonly attempt: Attempt; readonly call: RestCall }
  /** The answer that ends a robot's job. */
  | { readonly kind: 'answer'; readonly job: Job; readonly call: RestCall }
  /** The answer that a workflow gets before its own time-out; the job continues. */
  | {
      readonly kind: 'pending_answer';
      readonly job: Job;
      readonly openIntent: OpenIntent | null;
      readonly call: RestCall;
    };

/** Sweeps leave half of the rate to robots and events (D§2). */
export const allotmentOf = (lane: Lane): Allotment => (lane === 'sweep' ? 'half' : 'all');
export const attemptAllotment = ({ trigger }: Attempt): Allotment => (trigger === 'cleanup' ? 'half' : 'all');

/** The lane that an attempt belongs to. */
export const laneOf = ({ trigger }: Attempt): Lane =>
  trigger === 'event' ? 'event' : trigger === 'cleanup' ? 'sweep' : 'robot';

/** How many calls the next request may hold. */
export const roomOf = ({ probing, api }: Session): number => (probing ? 1 : api.room());
