import type { Element } from '../../bitrix24/crm/element.ts';
import type { Job } from '../../jobs/job.ts';
import { type Ask, NOTHING_LEFT, type Planned, type Planner } from '../../jobs/planner.ts';
import { decideActivities, firstRefusal, readBindingsOf } from '../rules/decide-activities.ts';
import { decideActivity, removalStep } from '../rules/decide-activity.ts';
import { NO_EXEMPTIONS } from '../rules/exemption-store.ts';
import { KnownFacts } from '../rules/known-facts.ts';
import { type PreparedRule, prepareRule } from '../rules/prepared-rule.ts';
import type { Rule } from '../rules/rule.ts';
import { NO_STAGES } from '../rules/stage-directory.ts';
import type { EventDeps } from './rule-dependencies.ts';

/** An activity changed: whichever of its bindings a rule now takes away. Looks at the state, never at the event (B§5.7). */
export const planActivityChanged =
  (deps: EventDeps): Planner =>
  async (job, ask) => {
    const { task, portal } = job;
    if (task.kind !== 'activity_changed') return NOTHING_LEFT;
    const rules = await deps.rulesOf(portal);
    if (rules.length === 0) return NOTHING_LEFT;
    // Taking a binding away makes no rule match that did not match before: each asks for what else is bound. So what follows
    // from our own unbinding alone has nothing to do (B§5.7).
    if (await deps.isOwnChange(portal, task.activityId, job)) return NOTHING_LEFT;
    return await planActivity(task.activityId, rules, job, { ...deps, ask });
  };

/** Two requests for any number of activities that are planned together: their bindings, then whatever else can matter. */
async function planActivity(
  activityId: number,
  rules: readonly Rule[],
  { portal }: Job,
  { ask, clock, exemptions, stages, readActivity }: EventDeps & { readonly ask: Ask },
): Promise<Planned> {
  const now = clock.now();
  const prepared = rules.map((rule) => prepareRule(rule, now));
  const { bound, refused } = await readBindingsOf([activityId], ask);
  const questions = questionsOf(bound.get(activityId) ?? [], prepared, now);
  // The event is over with this, and the next sweep looks again: what could not be read leaves its code with the job.
  if (questions === null) return { ...NOTHING_LEFT, code: firstRefusal(refused) };

  const directory = await stages.of(portal, rules, ask);
  const facts = new KnownFacts(directory);
  const [read] = await Promise.all([readActivity(activityId, ask), facts.read(questions, ask)]);
  const activities = read.ok && read.activity !== null ? [read.activity] : [];

  const evaluated = await decideActivities(activities, bound, { portal, ask, rules: prepared, facts, exemptions, now });
  const removals = evaluated.flatMap((one) => one.removals);
  const refusal = (read.ok ? null : read.code) ?? directory.refusal ?? facts.refusal;
  return { steps: removals.map((removal) => removalStep(activityId, removal)), checkpoint: null, code: refusal };
}

/** The elements of which something has to be known; null when no rule can take anything, whatever the activity is like. */
function questionsOf(
  bindings: readonly Element[],
  rules: readonly PreparedRule[],
  now: number,
): readonly Element[] | null {
  const factsOf = new KnownFacts(NO_STAGES).of;
  const decision = decideActivity({ updatedAt: null, bindings, rules, exemptions: NO_EXEMPTIONS, factsOf, now });
  if (decision.kind === 'needs') return decision.elements;
  return decision.removals.length > 0 ? [] : null;
}
