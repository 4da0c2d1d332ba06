import type { Plan } from '../../cleanup/runs/plan-store.ts';
import type { Job } from '../../jobs/job.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import { redrivenId } from '../../jobs/redrive.ts';
import type { RunEnded } from '../follow/run-status.ts';

/** A plan as it stands; one whose run was given up is made no longer, which the plan itself does not know. */
export type PlanStatus = Omit<Plan, 'ended'> & { readonly ended: RunEnded | null };

export async function planStatus(portal: string, plan: Plan, jobs: Pick<JobStore, 'read'>): Promise<PlanStatus> {
  if (plan.state !== 'planning' || plan.run === null) return plan;
  const job = await latestOf(portal, plan.run, jobs);
  if (job?.phase !== 'failed') return plan;
  return { ...plan, run: job.id, state: 'stopped', ended: 'given_up', code: job.code };
}

/** Driven again, a job has another name. */
async function latestOf(portal: string, id: string, jobs: Pick<JobStore, 'read'>): Promise<Job | null> {
  const job = await jobs.read(portal, id);
  if (job?.phase !== 'finished') return job;
  return (await latestOf(portal, redrivenId(id), jobs)) ?? job;
}
