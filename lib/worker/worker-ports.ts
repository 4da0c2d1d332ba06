import type { Clock } from '../clock.ts';
import type { SliceStore } from '../jobs/intent-store.ts';
import type { Task } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { OutcomeStore } from '../jobs/outcome-store.ts';
import type { Planner } from '../jobs/planner.ts';
import type { Log } from '../log.ts';
import type { PortalRest } from '../portal/portal-api.ts';
import type { PortalState, PortalStore } from '../portal/portal-store.ts';

export type Planners = { readonly [kind in Task['kind']]: Planner };

/** All that working a portal's jobs needs of the world. */
export type Engine = {
  readonly jobs: JobStore;
  readonly outcomes: OutcomeStore;
  readonly slices: SliceStore;
  readonly portals: PortalStore;
  readonly planners: Planners;
  /** Whether an error is trouble of a store that will be over after a while, and no fault of the job that met it. */
  readonly isPassing: (error: unknown) => boolean;
  readonly openPortal: (state: PortalState) => Promise<PortalRest>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly randomId: () => string;
  readonly log: Log;
};

/** How much time is left to work. */
export type Deadline = {
  /** Whether one more request with its worst-case duration, and what has to be stored after it, fits. */
  allows(): boolean;
};
