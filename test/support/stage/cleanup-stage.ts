import { randomUUID } from 'node:crypto';
import type { OwnChanges } from '../../../lib/cleanup/events/own-changes.ts';
import type { ExemptionStore } from '../../../lib/cleanup/rules/exemption-store.ts';
import type { StartRunDeps } from '../../../lib/cleanup/start-run.ts';
import { systemClock } from '../../../lib/clock.ts';
import type { Outcome } from '../../../lib/jobs/outcome.ts';
import { type Staging, stage } from './staging.ts';

export type CleanupStage = Staging & {
  readonly deps: StartRunDeps & { readonly exemptions: ExemptionStore; readonly ownChanges: OwnChanges };
  readonly member: string;
  setRules(rules: readonly object[]): Promise<void>;
  /** Waits for everything and returns the outcomes of one run. */
  outcomesOf(run: string): Promise<Outcome[]>;
  /** `deal:1` and so on: what an activity is bound to now. */
  bindings(activityId: number): string[];
  sweep(due: string): Promise<void>;
  /** Every event was delivered, and no function runs. */
  settledEvents(): Promise<void>;
};

/** The whole product on a simulated portal, and what a person starts runs with. */
export async function cleanupStage(rules: readonly object[] = []): Promise<CleanupStage> {
  const staging = await stage({ rules });
  const { stack, portal } = staging;
  const { stores } = stack;
  const member = portal.memberId;
  // Runs have half of the rate, and no test waits for it.
  await stores.portals.setPlan(member, 'enterprise');
  const deps = {
    ...stores,
    wakeDeps: { portals: stores.portals, wakeUps: stores.wakeUps, clock: systemClock },
    clock: systemClock,
    randomId: randomUUID,
  };
  return {
    ...staging,
    deps,
    member,
    setRules: (list) => stores.portals.writeRules(member, JSON.stringify(list)),
    async outcomesOf(run) {
      await staging.settled();
      return await stores.outcomes.ofJob(member, run);
    },
    bindings: (activityId) =>
      portal
        .crm()
        .bindings.rows(activityId)
        .map(({ entityTypeId, entityId }) => `${entityTypeId}:${entityId}`)
        .sort(),
    async settledEvents() {
      await portal.outbound().queue.settled();
      await stack.idle();
    },
    async sweep(due) {
      await stack.fire({ task: 'sweep', due });
      await staging.settled();
    },
  };
}

/** Events of our own changes would be one more source; tests of runs are about runs. */
export function withoutEvents({ portal }: Staging): void {
  portal.crm().subscriptions.length = 0;
}

let lastId = 1000;

/** The first of so many ids that no other activity of the file has. */
export const newIds = (count: number): number => {
  lastId += count;
  return lastId - count + 1;
};
