import type { Plan } from '../../cleanup/runs/plan-store.ts';
import type { Job } from '../../jobs/job.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import { redrivenId } from '../../jobs/redrive.ts';
import { endText } from '../follow/run-report.ts';
import type { RunEnded } from '../follow/run-status.ts';
import { unreadableText } from '../shared/advice.ts';
import { counted } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';

/** A plan and its current state. The plan itself does not know when the run that makes it was given up. */
export type PlanStatus = Omit<Plan, 'ended'> & { readonly ended: RunEnded | null };

export async function planStatus(portal: string, plan: Plan, jobs: Pick<JobStore, 'read'>): Promise<PlanStatus> {
  if (plan.state !== 'planning' || plan.run === null) return plan;
  const job = await latestAttempt(portal, plan.run, jobs);
  if (job?.phase !== 'failed') return plan;
  return { ...plan, run: job.id, state: 'stopped', ended: 'given_up', code: job.code };
}

/** The job, or the one that it was redriven as: that one has another id. */
async function latestAttempt(portal: string, id: string, jobs: Pick<JobStore, 'read'>): Promise<Job | null> {
  const job = await jobs.read(portal, id);
  if (job?.phase !== 'finished') return job;
  return (await latestAttempt(portal, redrivenId(id), jobs)) ?? job;
}

/** `planning`, `ready`, or why it is not complete. */
export function planStateText({ state, ended }: Pick<PlanStatus, 'state' | 'ended'>): string {
  if (state !== 'stopped') return state;
  if (ended === 'given_up') return 'given up';
  return endText(ended) ?? state;
}

/** Remarks on a list of plans: what could not be read, and what happens to incomplete plans. */
export function planRemarks(
  portal: string,
  plans: readonly Pick<PlanStatus, 'state' | 'ended' | 'code'>[],
  out: Pick<Out, 'command'>,
): string[] {
  const unread = plans
    .filter(({ ended }) => ended === 'unreadable')
    .map(({ code }) => unreadableText(code, portal, out));
  const isResumed = plans.some(({ state, ended }) => state === 'stopped' && ended === 'time_limit');
  const isGivenUp = plans.some(({ ended }) => ended === 'given_up');
  return [
    ...[...new Set(unread)].map((text) => `Incomplete: something could not be read. ${text}`),
    ...(isResumed
      ? [
          'A plan that reached its time limit is resumed when the schedule is next due, provided the rules are unchanged.',
        ]
      : []),
    ...(isGivenUp
      ? [
          `A plan that was given up is not worked on any more. To see why, and to try again: ${out.command(`failed list --portal ${portal}`)}`,
        ]
      : []),
  ];
}

/** Why a plan should not be applied just like that; null: nothing speaks against it. */
export function reasonAgainstApplying(portal: string, plan: PlanStatus, out: Pick<Out, 'command'>): string | null {
  const { state, ended, code, items, run } = plan;
  if (state === 'planning')
    return `The plan is still being made. To see its progress: ${out.command(`cleanup status --portal ${portal}`)}`;
  if (state === 'ready') return null;
  if (ended === 'given_up') {
    return `Making this plan was given up: ${code}. To try again: ${out.command(`failed redrive --portal ${portal} --job ${run}`)}`;
  }
  const holds = `it lists ${counted(items, 'binding')}, and there may be more`;
  const apply = out.command(`cleanup apply --portal ${portal} --plan ${plan.id} --incomplete`);
  const asItIs = `To apply it as it is: ${apply}`;
  if (ended === 'unreadable') {
    return `This plan is not complete: ${holds}, as something could not be read. ${unreadableText(code, portal, out)}. After that, to make a new plan: ${out.command(`cleanup plan --portal ${portal}`)}\n${asItIs}`;
  }
  if (ended === 'time_limit') {
    return `Making this plan reached its time limit: ${holds}. The schedule resumes it when it is next due. ${asItIs}`;
  }
  return `Making this plan was stopped: ${holds}. ${asItIs}`;
}
