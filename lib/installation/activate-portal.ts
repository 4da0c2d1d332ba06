import { createHash } from 'node:crypto';
import type { NewJob } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { type WakeDeps, wakePortal } from '../jobs/wake-portal.ts';
import type { PortalStore } from '../portal/portal-store.ts';

export type ActivateDeps = {
  readonly portals: Pick<PortalStore, 'add' | 'setStop' | 'setUninstalled'>;
  readonly jobs: Pick<JobStore, 'add'>;
  readonly wakeDeps: WakeDeps;
};

/**
 * A portal whose grant was just stored: it has a row, nothing that ended with an earlier grant stands in its way any more,
 * and its robot and events are registered by a job (D§5).
 */
export async function activatePortal(deps: ActivateDeps, job: NewJob): Promise<void> {
  await openPortalRow(deps.portals, job.portal, deps.wakeDeps.clock.now());
  await deps.jobs.add(job, deps.wakeDeps.clock.now());
  await wakePortal(job.portal, deps.wakeDeps);
}

/** Before the job is written: a worker that is ending the jobs of an uninstalled portal must not end this one. */
export async function openPortalRow(portals: ActivateDeps['portals'], portal: string, now: number): Promise<void> {
  await portals.add(portal, now);
  await portals.setUninstalled(portal, null);
  await portals.setStop(portal, null);
}

/** `token` names the delivery: a repeated call makes one registration, a later installation another one. */
export const registration = (portal: string, token: string, asked: Pick<NewJob, 'trigger' | 'cause'>): NewJob => ({
  portal,
  id: `register:${createHash('sha256').update(token).digest('base64url')}`,
  lane: 'robot',
  task: { kind: 'register' },
  ...asked,
});
