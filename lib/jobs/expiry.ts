import type { Job } from './job.ts';

/** The code of a job that waited too long: a change that comes weeks late does harm (D§2). */
export const EXPIRED = 'EXPIRED';

/** How long jobs may wait for their beginning, days: those that a robot or a person asked for, and those of events. */
export type WaitDays = { readonly asked: number; readonly event: number };

const DAY_MS = 86_400_000;

/**
 * Whether a job has waited so long for its first command that it must not begin any more. Runs end by a time of their own, and
 * what changes no binding (a registration, an explanation) is never too late. Events are as old as the latest one.
 */
export function isExpired(job: Job, days: WaitDays, now: number): boolean {
  if (hasBegun(job) || job.task.kind === 'register' || job.task.kind === 'explain') return false;
  switch (job.trigger) {
    case 'robot':
    case 'cli':
      return now - job.createdAt >= days.asked * DAY_MS;
    case 'event':
      return now - Math.max(job.createdAt, ...job.builtAt) >= days.event * DAY_MS;
    case 'cleanup':
      return false;
  }
}

const hasBegun = ({ counts }: Job): boolean => Object.values(counts).some((count) => count > 0);
