import type { Slice, Trial } from '../../jobs/intent.ts';
import type { SliceStore } from '../../jobs/intent-store.ts';
import type { Outcome } from '../../jobs/outcome.ts';
import type { OutcomeStore } from '../../jobs/outcome-store.ts';

/** An open slice in the hands of this process. */
export type LiveSlice = {
  slice: Slice;
  /** Commands that have ended, by id: recorded, or about to be. */
  readonly ended: Map<string, Outcome>;
  /** Jobs whose progress is stored. */
  readonly advanced: Set<string>;
  /** Differs from what is stored. */
  changed: boolean;
};

export const liveSlice = (slice: Slice): LiveSlice => ({
  slice,
  ended: new Map(),
  advanced: new Set(),
  changed: true,
});

/** The slices that an earlier process left, with what it had recorded already. */
export async function recoverSlices(portal: string, slices: SliceStore, outcomes: OutcomeStore): Promise<LiveSlice[]> {
  const open = await slices.open(portal);
  return await Promise.all(
    open.map(async (slice) => {
      const known = await outcomes.known(
        portal,
        slice.trials.map(({ command }) => command.id),
      );
      return { slice, ended: new Map(known), advanced: new Set<string>(), changed: false };
    }),
  );
}

export const openTrials = ({ slice, ended }: LiveSlice): Trial[] =>
  slice.trials.filter(({ command }) => !ended.has(command.id));

/** Replaces one trial by its next state. */
export function replaceTrial(live: LiveSlice, next: Trial): void {
  live.slice = {
    ...live.slice,
    trials: live.slice.trials.map((trial) => (trial.command.id === next.command.id ? next : trial)),
  };
  live.changed = true;
}

/** The job's workflow was answered early: no answer is owed at its end. */
export function shareAnswered(live: LiveSlice, jobId: string): void {
  const shares = live.slice.shares.map((share) => (share.job.id === jobId ? { ...share, owesAnswer: false } : share));
  live.slice = { ...live.slice, shares };
  live.changed = true;
}

/** Jobs that must not be planned anew: their slice is still open. */
export const busyJobs = (lives: readonly LiveSlice[]): Set<string> =>
  new Set(
    lives.flatMap(({ slice, advanced }) => slice.shares.map(({ job }) => job.id).filter((id) => !advanced.has(id))),
  );

/** Activities with an unfinished trial: no other change of them is sent (D§3). */
export const busyActivities = (lives: readonly LiveSlice[]): Set<number> =>
  new Set(lives.flatMap((live) => openTrials(live).map(({ command }) => command.activityId)));
