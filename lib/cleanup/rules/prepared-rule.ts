import type { Activity } from '../../bitrix24/crm/activity.ts';
import {
  activityConditions,
  type BindingCase,
  bindingConditions,
  type Condition,
  type ElementCase,
  elementConditions,
} from './conditions.ts';
import type { Rule } from './rule.ts';

/** `unknown`: the element has to be read first. */
export type Match = 'yes' | 'no' | 'unknown';

/** A rule whose conditions are made once and used for many activities. */
export type PreparedRule = {
  readonly rule: Rule;
  readonly onActivity: readonly Condition<Activity>[];
  readonly onBinding: readonly Condition<BindingCase>[];
  readonly onElement: readonly Condition<ElementCase>[];
};

export const prepareRule = (rule: Rule, now: number): PreparedRule => ({
  rule,
  onActivity: activityConditions(rule, now),
  onBinding: bindingConditions(rule),
  onElement: elementConditions(rule),
});

/** Whether the rule can apply to the activity at all, whatever its bindings are. */
export const concernsActivity = ({ onActivity }: PreparedRule, activity: Activity): boolean =>
  onActivity.every(({ holds }) => holds(activity) === true);

/** Whether the rule can apply to bindings to the element. */
export const concernsElement = ({ onElement }: PreparedRule, subject: ElementCase): Match =>
  allHold(onElement, subject);

/** Whether the rule removes the binding. */
export function matchesBinding(rule: PreparedRule, subject: BindingCase): Match {
  return allHold(rule.onBinding, subject) === 'no' ? 'no' : concernsElement(rule, subject);
}

function allHold<Subject>(conditions: readonly Condition<Subject>[], subject: Subject): Match {
  let match: Match = 'yes';
  for (const { holds } of conditions) {
    const held = holds(subject);
    if (held === false) return 'no';
    if (held === null) match = 'unknown';
  }
  return match;
}
