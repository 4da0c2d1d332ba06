import type { PortalApi } from '../portal/portal-api.ts';
import type { PortalState } from '../portal/portal-store.ts';
import { giveUpUnstorableJobs } from './give-up-unstorable-jobs.ts';
import { UNENDED_SERVINGS_BEFORE_CARE } from './policy.ts';
import type { HeldLock } from './portal-lock.ts';
import { batchReads } from './request/batch-reads.ts';
import { recoverIntents } from './request/open-intent.ts';
import { ReadingLimit } from './request/reading-limit.ts';
import type { Session } from './request/session.ts';
import type { Deadline, WorkerPorts } from './worker-ports.ts';

/** What this worker needs to serve the portal, with what an earlier one has left. */
export async function openSession(
  ports: WorkerPorts,
  state: PortalState,
  lock: HeldLock,
  deadline: Deadline,
): Promise<Session> {
  const { clock } = ports;
  const { portal, epoch } = state;
  const leftOut = new Set<string>();
  const jobs = giveUpUnstorableJobs({ ...ports, jobs: ports.jobs.inEpoch(epoch) }, leftOut);
  const fenced = { ...ports, jobs, intents: ports.intents.inEpoch(epoch) };
  const api = guardedApi(await ports.openPortal(state), lock);
  const reading = new ReadingLimit(api, clock);
  const reads = { api, clock, deadline, limit: reading };
  return {
    ports: fenced,
    portal,
    api,
    asks: { all: batchReads({ ...reads, allotment: 'all' }), half: batchReads({ ...reads, allotment: 'half' }) },
    reading,
    openIntents: await recoverIntents(portal, fenced.intents, ports.outcomes),
    leftOut,
    backlog: [],
    trouble: state.trouble ?? null,
    troubledJobs: [],
    failedAnswers: new Map(),
    troubledTurn: false,
    deadline,
    lock,
    restarts: state.restarts ?? 0,
    probing: state.stop !== null,
    proven: false,
    // This beginning is counted as well.
    careful: state.begun > UNENDED_SERVINGS_BEFORE_CARE,
    progressed: false,
  };
}

/** Looks at the lock right before each request: what was sent cannot be taken back (D§2). */
const guardedApi = (api: PortalApi, lock: HeldLock): PortalApi => ({
  async ask(calls, sendBy, allotment) {
    await lock.renewIfNeeded();
    return await api.ask(calls, sendBy, allotment);
  },
  waitMs: (allotment) => api.waitMs(allotment),
  restingUntil: (method) => api.restingUntil(method),
  stoppedMethods: () => api.stoppedMethods(),
  room: () => api.room(),
  callMs: () => api.callMs(),
  budget: () => api.budget(),
});
