import type { Ask } from '../../jobs/planner.ts';
import { SWEEP_STATE_HOLDS_MS } from '../policy.ts';
import type { PreparedRule } from '../rules/prepared-rule.ts';
import { readActivitiesOf } from '../rules/read-activities-of.ts';
import { candidateOf } from './gather-pages.ts';
import type { SweepState } from './sweep-state.ts';

export type RefreshedState = { readonly state: SweepState; readonly refusal: string | null };

/** After a long rest, everything that was read or decided but not carried out is read and evaluated again. */
export async function refreshStaleState(
  state: SweepState,
  { rules, ask, now }: { readonly rules: readonly PreparedRule[]; readonly ask: Ask; readonly now: number },
): Promise<RefreshedState> {
  const { resumedAt, candidates, listed, decided, evaluatedCount } = state;
  const decidedIds = new Set(decided.map(({ activityId }) => activityId));
  const ids = new Set([...decidedIds, ...[...listed, ...candidates].map(({ id }) => id)]);
  if (ids.size === 0 || now - (resumedAt ?? 0) < SWEEP_STATE_HOLDS_MS) return { state, refusal: null };

  const { activities, refused } = await readActivitiesOf([...ids], ask);
  const again = [...activities.values()].flatMap((activity) => candidateOf(activity, rules) ?? []);
  const evaluated = again.filter(({ id }) => decidedIds.has(id)).length;
  const [refusal = null] = refused.values();
  return {
    state: { ...state, decided: [], listed: [], candidates: again, evaluatedCount: evaluatedCount - evaluated },
    refusal,
  };
}
