import type { Clock } from '../clock.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { OutcomeStore } from '../jobs/outcome-store.ts';
import type { Planner } from '../jobs/planner.ts';
import type { Log } from '../log.ts';
import type { PortalStore } from '../portal/portal-store.ts';
import type { Planners } from '../worker/worker-ports.ts';
import { planApply } from './apply/plan-apply.ts';
import { batchedActivityReads } from './events/batched-activity-reads.ts';
import { batchedOwnChanges, type OwnChanges } from './events/own-changes.ts';
import { planActivityChanged } from './events/plan-activity-changed.ts';
import { planElementChanged } from './events/plan-element-changed.ts';
import type { ExemptionStore } from './rules/exemption-store.ts';
import { portalRules } from './rules/portal-rules.ts';
import { StageDirectories } from './rules/stage-directory.ts';
import type { PlanStore } from './runs/plan-store.ts';
import type { RunStore } from './runs/run-store.ts';
import { planSweep } from './sweep/plan-sweep.ts';
import { planUndo } from './undo/plan-undo.ts';

export type CleanupStores = {
  readonly portals: Pick<PortalStore, 'readRules'>;
  readonly jobs: Pick<JobStore, 'read'>;
  readonly outcomes: Pick<OutcomeStore, 'known' | 'pageOfJob'>;
  readonly exemptions: ExemptionStore;
  readonly ownChanges: OwnChanges;
  readonly runs: RunStore;
  readonly plans: PlanStore;
};

type CleanupKind = 'element_changed' | 'activity_changed' | 'sweep' | 'plan' | 'apply' | 'undo';

/** The planners of everything that rules do, and of its undo. */
export function cleanupPlanners(stores: CleanupStores, clock: Clock, log: Log): Pick<Planners, CleanupKind> {
  const rulesOf = portalRules(stores.portals, log);
  const deps = { ...stores, rulesOf, stages: new StageDirectories(clock), clock };
  const eventDeps = {
    ...deps,
    isOwnChange: batchedOwnChanges(stores.ownChanges, clock),
    readActivity: batchedActivityReads(),
  };
  const sweep = planSweep(deps);
  return {
    element_changed: loggingUnreadable(planElementChanged(eventDeps), log),
    activity_changed: loggingUnreadable(planActivityChanged(eventDeps), log),
    sweep,
    plan: sweep,
    apply: planApply(deps),
    undo: planUndo(deps),
  };
}

/** No caller waits for the outcome of an event, so what could not be read is logged. */
const loggingUnreadable =
  (planner: Planner, log: Log): Planner =>
  async (job, ask) => {
    const planned = await planner(job, ask);
    const { portal, id } = job;
    if (planned.code !== null) log.warn('change_unreadable', { portal, job: id, code: planned.code });
    return planned;
  };
