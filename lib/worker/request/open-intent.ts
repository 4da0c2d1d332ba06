import type { Attempt } from '../../jobs/attempt.ts';
import type { Intent, IntentStore } from '../../jobs/intent.ts';
import type { Outcome } from '../../jobs/outcome.ts';
import type { OutcomeStore } from '../../jobs/outcome-store.ts';

/** An open intent in the hands of this process. */
export type OpenIntent = {
  intent: Intent;
  /** Commands that have ended, by id: recorded, or about to be. */
  readonly ended: Map<string, Outcome>;
  /** Jobs whose progress is stored. */
  readonly advanced: Set<string>;
  /** Differs from what is stored. */
  changed: boolean;
};

export const newOpenIntent = (intent: Intent): OpenIntent => ({
  intent,
  ended: new Map(),
  advanced: new Set(),
  changed: true,
});

/** The intents that an earlier process left open, with the outcomes that it had recorded already. */
export async function recoverIntents(
  portal: string,
  intents: IntentStore,
  outcomes: OutcomeStore,
): Promise<OpenIntent[]> {
  const open = await intents.listOpen(portal);
  return await Promise.all(
    open.map(async (intent) => {
      const known = await outcomes.known(
        portal,
        intent.trials.map(({ command }) => command.id),
      );
      return { intent, ended: new Map(known), advanced: new Set<string>(), changed: false };
    }),
  );
}

export const openAttempts = ({ intent, ended }: OpenIntent): Attempt[] =>
  intent.trials.filter(({ command }) => !ended.has(command.id));

/** Replaces one attempt by its next state. */
export function replaceAttempt(openIntent: OpenIntent, next: Attempt): void {
  openIntent.intent = {
    ...openIntent.intent,
    trials: openIntent.intent.trials.map((attempt) => (attempt.command.id === next.command.id ? next : attempt)),
  };
  openIntent.changed = true;
}

/** The job's workflow was answered early: no answer is owed at its end. */
export function markAnswered(openIntent: OpenIntent, jobId: string): void {
  const parts = openIntent.intent.shares.map((part) => (part.job.id === jobId ? { ...part, owesAnswer: false } : part));
  openIntent.intent = { ...openIntent.intent, shares: parts };
  openIntent.changed = true;
}

/** Jobs that must not be planned again: their intent is still open. */
export const busyJobs = (openIntents: readonly OpenIntent[]): Set<string> =>
  new Set(
    openIntents.flatMap(({ intent, advanced }) =>
      intent.shares.map(({ job }) => job.id).filter((id) => !advanced.has(id)),
    ),
  );

/** Activities with an unfinished attempt: no other change of them is sent (D§3). */
export const busyActivities = (openIntents: readonly OpenIntent[]): Set<number> =>
  new Set(openIntents.flatMap((openIntent) => openAttempts(openIntent).map(({ command }) => command.activityId)));
