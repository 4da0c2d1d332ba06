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
import type { RuleDeps } from '../rules/portal-rules.ts';
import { concernsActivity, concernsElement, prepareRule } from '../rules/prepared-rule.ts';
import type { Rule } from '../rules/rule.ts';
import type { IsOwnChange } from './own-changes.ts';

export type ElementChangedDeps = RuleDeps & { readonly isOwnChange: IsOwnChange };

/** An element changed: removes the bindings to it that a rule matches now. Goes by the state, never by the event (B§5.7). */
export const planElementChanged =
  (deps: ElementChangedDeps): Planner =>
  async (job, ask) => {
    const { task, portal } = job;
    if (task.kind !== 'element_changed') return NOTHING_LEFT;
    const rules = (await deps.rulesOf(portal)).filter(({ element }) => element === task.element.entityTypeId);
    if (rules.length === 0) return NOTHING_LEFT;
    // Waits for the check of changed activities that are planned together, so that the reads share requests.
    await deps.isOwnChange(portal, null, job);
    return await planElement(task.element, rules, job, { ...deps, ask });
  };

/** Reads the element and its activities in one request, even though most activities turn out not to matter. */
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
  // The next sweep looks again at what could not be read; the job keeps its code.
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
  // The element has changed, so what Bitrix24 refused before may be tried again.
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
