import { createHash } from 'node:crypto';
import type { NewJob } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { type Ringing, ring } from '../jobs/wake-portal.ts';
import type { PortalStore } from '../portal/portal-store.ts';

export type WelcomeMeans = {
  readonly portals: Pick<PortalStore, 'add' | 'setStop' | 'setUninstalled'>;
  readonly jobs: Pick<JobStore, 'add'>;
  readonly ringing: Ringing;
};

/**
 * A portal whose grant was just stored: it has a row, nothing that ended with an earlier grant stands in its way any more,
 * and its robot and events are registered by a job (D§5).
 */
export async function welcomePortal(means: WelcomeMeans, job: NewJob): Promise<void> {
  await openPortalRow(means.portals, job.portal, means.ringing.clock.now());
  await means.jobs.add(job, means.ringing.clock.now());
  await ring(job.portal, means.ringing);
}

/** Before the job is written: a worker that is ending the jobs of an uninstalled portal must not end this one. */
export async function openPortalRow(portals: WelcomeMeans['portals'], portal: string, now: number): Promise<void> {
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
