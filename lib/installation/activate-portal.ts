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
 * Puts a portal whose grant was just stored into service: it gets a row, whatever an earlier grant ended with is cleared,
 * and a job registers its robot and events (D§5).
 */
export async function activatePortal(deps: ActivateDeps, job: NewJob): Promise<void> {
  await resetPortalRow(deps.portals, job.portal, deps.wakeDeps.clock.now());
  await deps.jobs.add(job, deps.wakeDeps.clock.now());
  await wakePortal(job.portal, deps.wakeDeps);
}

/** Done before the job is written: a worker that fails the jobs of an uninstalled portal must not fail this one. */
export async function resetPortalRow(portals: ActivateDeps['portals'], portal: string, now: number): Promise<void> {
  await portals.add(portal, now);
  await portals.setUninstalled(portal, null);
  await portals.setStop(portal, null);
}

/** `token` names the delivery: an event that comes twice makes one registration, a later installation another one. */
export const registrationJob = (portal: string, token: string, asked: Pick<NewJob, 'trigger' | 'cause'>): NewJob => ({
  portal,
  id: `register:${createHash('sha256').update(token).digest('base64url')}`,
  lane: 'robot',
  task: { kind: 'register' },
  ...asked,
});
