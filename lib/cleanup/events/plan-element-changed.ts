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
import type { StageDirectory } from '../rules/stage-directory.ts';
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

async function planElement(
  element: Element,
  rules: readonly Rule[],
  job: Job,
  { ask, clock, exemptions, stages }: RuleDeps & { readonly ask: Ask },
): Promise<Planned> {
  const { portal, createdAt } = job;
  const now = clock.now();
  const directory = stages.of(portal, rules, ask);
  const { page, facts, refusal } = await readElement(element, rules, job, { ask, now, directory });
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
  const changed = { only: element, changedAt: createdAt };
  const deps: DecideActivitiesDeps = { portal, ask, rules: prepared, facts, exemptions, now, ...changed };
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

/** Reads the element and its activities in one request, even though most activities turn out not to matter. */
async function readElement(
  element: Element,
  rules: readonly Rule[],
  { cursor }: Job,
  { ask, now, directory }: { readonly ask: Ask; readonly now: number; readonly directory: Promise<StageDirectory> },
) {
  const above = Number(cursor?.after ?? 0);
  const mayBeMissing = rules.some(({ when }) => when.missing === true);
  const [stages, item, single, page] = await Promise.all([
    directory,
    ask(elementsById(element.entityTypeId, [element.entityId])),
    mayBeMissing ? ask(elementById(element)) : null,
    ask(activityPage([element], activityFilter(rules, now), { above })),
  ]);
  const facts = new KnownFacts(stages);
  facts.learn(unseen(element, item.ok ? 'absent' : 'unreadable'));
  if (item.ok) facts.learnItems(element.entityTypeId, itemsOf(item.result));
  if (single !== null && facts.of(element)?.state === 'absent') facts.learnSingle(element, single);
  // The next sweep looks again at what could not be read; the job keeps its code.
  const refusal = [item, page].flatMap((read) => (read.ok ? [] : [read.code]))[0] ?? stages.refusal;
  return { page, facts, refusal };
}
