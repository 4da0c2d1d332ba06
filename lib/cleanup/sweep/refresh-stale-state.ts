import type { Ask } from '../../jobs/planner.ts';
import type { PreparedRule } from '../rules/prepared-rule.ts';
import { readActivitiesOf } from '../rules/read-activities-of.ts';
import { candidateOf } from './candidate-of.ts';
import type { SweepState } from './sweep-state.ts';

/** For so long what was read holds. The portal may have been paused, stopped or resting since. */
const HOLDS_MS = 60_000;

export type RefreshedState = { readonly state: SweepState; readonly refusal: string | null };

/** What was begun before a long rest is weighed again, from the activity on. */
export async function refreshStaleState(
  state: SweepState,
  { rules, ask, now }: { readonly rules: readonly PreparedRule[]; readonly ask: Ask; readonly now: number },
): Promise<RefreshedState> {
  const { resumedAt, candidates, listed, decided, evaluatedCount } = state;
  const decidedIds = new Set(decided.map(({ activityId }) => activityId));
  const ids = new Set([...decidedIds, ...[...listed, ...candidates].map(({ id }) => id)]);
  if (ids.size === 0 || now - (resumedAt ?? 0) < HOLDS_MS) return { state, refusal: null };

  const { activities, refused } = await readActivitiesOf([...ids], ask);
  const again = [...activities.values()].flatMap((activity) => candidateOf(activity, rules) ?? []);
  const evaluated = again.filter(({ id }) => decidedIds.has(id)).length;
  const [refusal = null] = refused.values();
  return {
    state: { ...state, decided: [], listed: [], candidates: again, evaluatedCount: evaluatedCount - evaluated },
    refusal,
  };
}
