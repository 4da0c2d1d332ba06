import type { Activity } from '../../bitrix24/crm/activity.ts';
import { concernsActivity, type PreparedRule } from '../rules/prepared-rule.ts';
import type { Candidate } from './sweep-state.ts';

/** An activity that has to be weighed, with the rules that concern it, by number; null: none does. */
export function candidateOf(activity: Activity, rules: readonly PreparedRule[]): Candidate | null {
  const own = rules.flatMap((rule, number) => (concernsActivity(rule, activity) ? [number] : []));
  return own.length === 0 ? null : { id: activity.id, updatedAt: activity.updatedAt, rules: own };
}
