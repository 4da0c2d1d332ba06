import { isFullPage, readActivities } from '../../bitrix24/crm/activity-list.ts';
import type { Element } from '../../bitrix24/crm/element.ts';
import type { Job } from '../../jobs/job.ts';
import { type Ask, NOTHING_LEFT, type Planned, type Planner } from '../../jobs/planner.ts';
import {
  type DecideActivitiesDeps,
  decideActivities,
  firstRefusal,
  readBindingsOf,
} from '../rules/decide-activities.ts';
import { removalStep } from '../rules/decide-activity.ts';
import { itemsOf, unseen } from '../rules/element-facts.ts';
import { KnownFacts } from '../rules/known-facts.ts';
import { activityFilter, activityPage, elementById, elementsById } from '../rules/list-calls.ts';
import { concernsActivity, concernsElement, prepareRule } from '../rules/prepared-rule.ts';
import type { Rule } from '../rules/rule.ts';
import type { EventDeps, RuleDeps } from './rule-dependencies.ts';

/** An element changed: whatever a rule now takes away from it. Looks at the state, never at the event (B§5.7). */
export const planElementChanged =
  (deps: EventDeps): Planner =>
  async (job, ask) => {
    const { task, portal } = job;
    if (task.kind !== 'element_changed') return NOTHING_LEFT;
    const rules = (await deps.rulesOf(portal)).filter(({ element }) => element === task.element.entityTypeId);
    if (rules.length === 0) return NOTHING_LEFT;
    // Together with the activities that have changed.
    await deps.isOwnChange(portal, null, job);
    return await planElement(task.element, rules, job, { ...deps, ask });
  };

/** The element and its activities in one request: that most of them are read in vain costs no request more. */
async function planElement(
  element: Element,
  rules: readonly Rule[],
  { portal, cursor, createdAt }: Job,
  { ask, clock, exemptions, stages }: RuleDeps & { readonly ask: Ask },
): Promise<Planned> {
  const now = clock.now();
  const above = Number(cursor?.after ?? 0);
  const mayBeMissing = rules.some(({ when }) => when.missing === true);
  const [directory, item, single, page] = await Promise.all([
    stages.of(portal, rules, ask),
    ask(elementsById(element.entityTypeId, [element.entityId])),
    mayBeMissing ? ask(elementById(element)) : null,
    ask(activityPage([element], activityFilter(rules, now), { above })),
  ]);
  // The event is over with this, and the next sweep looks again: what could not be read leaves its code with the job.
  const refusal = [item, page].flatMap((read) => (read.ok ? [] : [read.code]))[0] ?? directory.refusal;
  const facts = new KnownFacts(directory);
  facts.learn(unseen(element, item.ok ? 'absent' : 'unreadable'));
  if (item.ok) facts.learnItems(element.entityTypeId, itemsOf(item.result));
  if (single !== null && facts.of(element)?.state === 'absent') facts.learnSingle(element, single);
  const subject = { element, facts: facts.of(element), now };
  const prepared = rules
    .map((rule) => prepareRule(rule, now))
    .filter((rule) => concernsElement(rule, subject) !== 'no');
  if (!page.ok || prepared.length === 0) return { ...NOTHING_LEFT, code: refusal };

  const activities = readActivities(page.result);
  const concerned = activities.filter((activity) => prepared.some((rule) => concernsActivity(rule, activity)));
  const { bound, refused } = await readBindingsOf(
    concerned.map(({ id }) => id),
    ask,
  );
  // The event says that the element has changed, whatever Bitrix24 refused before.
  const deps: DecideActivitiesDeps = {
    portal,
    ask,
    rules: prepared,
    facts,
    exemptions,
    now,
    only: element,
    changedAt: createdAt,
  };
  const evaluated = await decideActivities(concerned, bound, deps);
  const last = activities.at(-1);
  return {
    steps: evaluated.flatMap(({ activity: { id }, removals }) =>
      removals.map((removal) => removalStep(id, removal, () => ({ after: id }))),
    ),
    checkpoint: last !== undefined && isFullPage(page.result) ? { after: last.id } : null,
    code: refusal ?? firstRefusal(refused) ?? facts.refusal,
  };
}
