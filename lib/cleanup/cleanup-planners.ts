import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { PortalStore } from '../portal/portal-store.ts';
import type { Planners } from '../unbind/engine.ts';
import type { JobStore } from '../unbind/job-store.ts';
import type { OutcomeStore } from '../unbind/outcome-store.ts';
import type { Planner } from '../unbind/planner.ts';
import { activitiesTogether } from './activities-together.ts';
import { echoesTogether, type OwnEchoes } from './own-echoes.ts';
import type { PairMarks } from './pair-marks.ts';
import { planActivityChanged } from './plan-activity-changed.ts';
import { planApply } from './plan-apply.ts';
import { planElementChanged } from './plan-element-changed.ts';
import type { PlanStore } from './plan-store.ts';
import { planSweep } from './plan-sweep.ts';
import { planUndo } from './plan-undo.ts';
import { storedRules } from './portal-rules.ts';
import type { RunStore } from './run-store.ts';
import { StageDirectories } from './stage-directory.ts';

export type CleanupStores = {
  readonly portals: Pick<PortalStore, 'readRules'>;
  readonly jobs: Pick<JobStore, 'read'>;
  readonly outcomes: Pick<OutcomeStore, 'known' | 'pageOfJob'>;
  readonly marks: PairMarks;
  readonly echoes: OwnEchoes;
  readonly runs: RunStore;
  readonly plans: PlanStore;
};

type CleanupKind = 'element_changed' | 'activity_changed' | 'sweep' | 'plan' | 'apply' | 'undo';

/** The planners of everything that rules are behind, and of its undoing. */
export function cleanupPlanners(stores: CleanupStores, clock: Clock, log: Log): Pick<Planners, CleanupKind> {
  const rulesOf = storedRules(stores.portals, log);
  const means = { ...stores, rulesOf, stages: new StageDirectories(clock), clock };
  const eventMeans = { ...means, isEcho: echoesTogether(stores.echoes, clock), readActivity: activitiesTogether() };
  const sweep = planSweep(means);
  return {
    element_changed: tracing(planElementChanged(eventMeans), log),
    activity_changed: tracing(planActivityChanged(eventMeans), log),
    sweep,
    plan: sweep,
    apply: planApply(means),
    undo: planUndo(means),
  };
}

/** Nobody waits for an event: that something of what it is about could not be read is for the log. */
const tracing =
  (planner: Planner, log: Log): Planner =>
  async (job, ask) => {
    const planned = await planner(job, ask);
    const { portal, id } = job;
    if (planned.code !== null) log.warn('change_unreadable', { portal, job: id, code: planned.code });
    return planned;
  };
