import { isFullPage, readActivities } from '../../bitrix24/crm/activity-list.ts';
import type { Element } from '../../bitrix24/crm/element.ts';
import type { Checkpoint, Job } from '../../jobs/job.ts';
import { type Ask, isSlow, NOTHING_LEFT, type Planned, type Planner, roomOf } from '../../jobs/planner.ts';
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
import { concernsActivity, concernsElement, type PreparedRule, prepareRule } from '../rules/prepared-rule.ts';
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
  const [above, from] = [Number(job.cursor?.after ?? 0), Number(job.cursor?.from ?? 0)];
  const { page, facts, refusal } = await readElement(element, rules, above, { ask, now, directory });
  const subject = { element, facts: facts.of(element), now };
  const prepared = rules
    .map((rule) => prepareRule(rule, now))
    .filter((rule) => concernsElement(rule, subject) !== 'no');
  if (!page.ok || prepared.length === 0) return { ...NOTHING_LEFT, code: refusal };

  const { concerned, checkpoint, within } = portionOf(page.result, prepared, { above, from, ask });
  const { bound, refused } = await readBindingsOf(
    concerned.map(({ id }) => id),
    ask,
  );
  // The element has changed, so what Bitrix24 refused before may be tried again.
  const changed = { only: element, changedAt: createdAt };
  const deps: DecideActivitiesDeps = { portal, ask, rules: prepared, facts, exemptions, now, ...changed };
  const evaluated = await decideActivities(concerned, bound, deps);
  return {
    steps: evaluated.flatMap(({ activity: { id }, removals }) =>
      removals.map((removal) => removalStep(id, removal, () => within(id))),
    ),
    checkpoint,
    keepsReads: isSlow(ask),
    code: refusal ?? firstRefusal(refused) ?? facts.refusal,
  };
}

/**
 * The activities of a page that are looked at now, those above the id `from`. What one request reads, the next one removes:
 * so what is removed was read right before, also from a slow portal. `checkpoint`: where the job goes on behind them;
 * `within`: where after one of them.
 */
function portionOf(
  page: unknown,
  rules: readonly PreparedRule[],
  { above, from, ask }: { readonly above: number; readonly from: number; readonly ask: Ask },
) {
  const activities = readActivities(page);
  const all = activities.filter(
    (activity) => activity.id > from && rules.some((rule) => concernsActivity(rule, activity)),
  );
  const concerned = all.slice(0, roomOf(ask));
  const within = (id: number): Checkpoint => (isSlow(ask) ? { after: above, from: id } : { after: id });
  const last = activities.at(-1);
  const next = last !== undefined && isFullPage(page) ? { after: last.id } : null;
  const isAll = concerned.length === all.length;
  return { concerned, within, checkpoint: isAll ? next : within(concerned.at(-1)?.id ?? from) };
}

/** Reads the element and its activities in one request, even though most activities turn out not to matter. */
async function readElement(
  element: Element,
  rules: readonly Rule[],
  above: number,
  { ask, now, directory }: { readonly ask: Ask; readonly now: number; readonly directory: Promise<StageDirectory> },
) {
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
