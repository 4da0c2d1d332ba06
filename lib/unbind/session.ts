import type { RestCall } from '../bitrix24/rest-call.ts';
import type { PortalRest } from '../portal/portal-rest.ts';
import type { Engine } from './engine.ts';
import type { Job } from './job.ts';
import type { LiveSlice } from './live-slice.ts';
import type { Plan } from './place-plan.ts';
import type { Ask } from './planner.ts';
import type { Trial } from './slice.ts';

/** One worker serving one portal, from the bell to the rest. */
export type Session = {
  readonly engine: Engine;
  readonly portal: string;
  readonly rest: PortalRest;
  readonly ask: Ask;
  readonly lives: LiveSlice[];
  /** Planned, but there was no room yet. */
  readonly backlog: Plan[];
  /** Calls in one request: 50 (B§3), or 1 while a stopped portal is probed. */
  room: number;
};

/** One call of a request and what it is for. `trial` is as it was before the call. */
export type Asked =
  | { readonly kind: 'trial'; readonly live: LiveSlice; readonly trial: Trial; readonly call: RestCall }
  | { readonly kind: 'answer'; readonly job: Job; readonly call: RestCall };
