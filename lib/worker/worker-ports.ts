import type { Clock } from '../clock.ts';
import type { WaitDays } from '../jobs/expiry.ts';
import type { IntentStore } from '../jobs/intent.ts';
import type { Task } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { LastChanges } from '../jobs/last-changes.ts';
import type { OutcomeStore } from '../jobs/outcome-store.ts';
import type { Planner } from '../jobs/planner.ts';
import type { Log } from '../log.ts';
import type { PortalApi } from '../portal/portal-api.ts';
import type { PortalState, PortalStore } from '../portal/portal-store.ts';

export type Planners = { readonly [kind in Task['kind']]: Planner };

/** Everything outside of itself that the worker needs. */
export type WorkerPorts = {
  readonly jobs: JobStore;
  readonly outcomes: OutcomeStore;
  readonly lastChanges: LastChanges;
  readonly intents: IntentStore;
  readonly portals: PortalStore;
  readonly planners: Planners;
  readonly waitDays: WaitDays;
  /** Whether an error is trouble of a store that will pass, and not the fault of the job that met it. */
  readonly isTransient: (error: unknown) => boolean;
  /** Whether a store refuses a write for good, however often it is tried. */
  readonly isLasting: (error: unknown) => boolean;
  readonly openPortal: (state: PortalState) => Promise<PortalApi>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly randomId: () => string;
  readonly log: Log;
};

/** How much time is left to work. */
export type Deadline = {
  /** Whether one more request fits: its worst-case duration, and storing its results. */
  allows(): boolean;
};
