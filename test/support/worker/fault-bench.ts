import type { Outcome } from '../../../lib/jobs/outcome.ts';
import type { PortalState } from '../../../lib/portal/portal-store.ts';
import { type WorkerBench, workerBench } from './bench.ts';

export const DELETE = 'crm.activity.binding.delete';
export const LIST = 'crm.activity.binding.list';

/** The worker's bench for one fault after the other, each with activities of its own. */
export type FaultBench = WorkerBench & {
  /** The first of a hundred activities that are bound to deal 1 and contact 5. */
  readonly activity: number;
  /** Other activities, an empty ledger, no faults. */
  fresh(): void;
  /** What was recorded of an activity, the first one unless given. */
  statuses(id?: number): Promise<Pick<Outcome, 'status' | 'code'>[]>;
  state(): Promise<PortalState | null>;
};

export const UNBOUND = [{ status: 'unbound', code: null }];

export async function faultBench(): Promise<FaultBench> {
  const bench = await workerBench();
  const { aws, portal, logged } = bench;
  let activity = 5000;
  return {
    ...bench,
    get activity() {
      return activity;
    },
    fresh() {
      activity += 100;
      portal.seed({ activities: [{ id: activity, count: 100, bindings: ['deal:1', 'contact:5'] }] });
      portal.resetLedger();
      portal.clearFaults();
      logged.length = 0;
    },
    statuses: async (id = activity) => (await bench.outcomes(id)).map(({ status, code }) => ({ status, code })),
    state: () => aws.stores.portals.read(portal.memberId),
  };
}
