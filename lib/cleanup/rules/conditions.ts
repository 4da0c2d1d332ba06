import { type Activity, isOfTypes } from '../../bitrix24/crm/activity.ts';
import type { Element } from '../../bitrix24/crm/element.ts';
import { elementName } from '../../bitrix24/crm/parse-element.ts';
import type { ElementFacts } from './element-facts.ts';
import { elementTypeName } from './element-type.ts';
import type { Rule, Selection } from './rule.ts';

const DAY_MS = 86_400_000;

/** An element that a rule is about. */
export type ElementCase = {
  readonly element: Element;
  /** null: not yet read. */
  readonly facts: ElementFacts | null;
  /** ms */
  readonly now: number;
};

/** A binding to that element. */
export type BindingCase = ElementCase & {
  /** What else the activity stays bound to, after the removals that are planned so far. */
  readonly others: readonly Element[];
};

/**
 * One condition of a rule on a `Subject`. `holds` is null if that depends on something that is not yet read. `found` is
 * text for people, made only when it is shown.
 */
export type Condition<Subject> = {
  /** The field of the rule (`when.stage`); empty for the condition that every rule has. */
  readonly field: string;
  readonly wanted: string;
  readonly holds: (subject: Subject) => boolean | null;
  readonly found: (subject: Subject) => string;
};

/** The first of three parts of a rule's predicate (D§6). The bindings of an activity that fails it need not be read. */
export const activityConditions = ({ activities }: Rule, now: number): Condition<Activity>[] => {
  const { completed, types, olderThanDays, responsible } = activities;
  return [
    condition('activities.completed', completed, (wanted) => ({
      wanted: wanted ? 'completed' : 'open',
      holds: (activity: Activity) => activity.completed === wanted,
      found: (activity: Activity) => (activity.completed ? 'completed' : 'open'),
    })),
    condition('activities.types', types.length > 0 ? types : undefined, (wanted) => ({
      wanted: wanted.join(' or '),
      holds: (activity: Activity) => isOfTypes(activity, wanted),
      found: ({ type, providerId }: Activity) => (type === providerId ? type : `${type} (${providerId})`),
    })),
    condition('activities.olderThanDays', olderThanDays, (wanted) => ({
      wanted: `created ${wanted} days ago or earlier`,
      // Not LAST_UPDATED: our own unbinding changes it. An unknown age does not count as old.
      holds: ({ createdAt }: Activity) => createdAt !== null && now - createdAt >= wanted * DAY_MS,
      found: ({ createdAt }: Activity) => daysAgo(createdAt, now),
    })),
    condition('activities.responsible', responsible, (wanted) => ({
      wanted: selectionText(wanted),
      holds: ({ responsibleId }: Activity) => isSelected(wanted, responsibleId),
      found: ({ responsibleId }: Activity) => String(responsibleId ?? 'unknown'),
    })),
  ].flat();
};

/** The second part: what else the activity is bound to. */
export function bindingConditions({ when: { alsoBoundTo } }: Rule): Condition<BindingCase>[] {
  return [
    {
      field: '',
      wanted: 'another binding remains',
      holds: ({ others }) => others.length > 0,
      found: ({ others }) => (others.length > 0 ? others.map(elementName).join(', ') : 'it is the last one'),
    },
    ...condition('when.alsoBoundTo', alsoBoundTo.length > 0 ? alsoBoundTo : undefined, (wanted) => ({
      wanted: wanted.map(elementTypeName).join(' or '),
      holds: ({ others }: BindingCase) => others.some(({ entityTypeId }) => wanted.includes(entityTypeId)),
      found: ({ others }: BindingCase) => others.map(elementName).join(', ') || 'nothing else',
    })),
  ];
}

/** The third part: the element. */
export function elementConditions({ element: type, when }: Rule): Condition<ElementCase>[] {
  const { missing, stage, pipelines, closedForDays, responsible } = when;
  return [
    condition('element', type, (wanted) => ({
      wanted: elementTypeName(wanted),
      holds: ({ element }: ElementCase) => element.entityTypeId === wanted,
      found: ({ element }: ElementCase) => elementName(element),
    })),
    condition('when.missing', missing, () => ({
      wanted: 'the element does not exist',
      // A list that does not show an element does not tell whether it is missing or unreadable (B§2.3).
      holds: ({ facts }: ElementCase) =>
        facts === null || facts.state === 'absent' ? null : facts.state === 'missing',
      found: ({ facts }: ElementCase) => facts?.state ?? 'not read',
    })),
    condition('when.stage', stage, (wanted) => ({
      wanted: wanted.join(' or '),
      holds: onFacts((facts) => facts.stage !== null && wanted.includes(facts.stage)),
      found: factText((facts) => facts.stage),
    })),
    condition('when.pipelines', pipelines, (wanted) => ({
      wanted: selectionText(wanted),
      holds: onFacts((facts) => isSelected(wanted, facts.pipeline)),
      found: factText((facts) => facts.pipeline),
    })),
    condition('when.closedForDays', closedForDays, (wanted) => ({
      wanted: `closed ${wanted} days ago or earlier`,
      holds: onFacts(({ movedAt }, now) => movedAt !== null && now - movedAt >= wanted * DAY_MS),
      found: factText(({ movedAt }, now) => daysAgo(movedAt, now)),
    })),
    condition('when.responsible', responsible, (wanted) => ({
      wanted: selectionText(wanted),
      holds: onFacts((facts) => isSelected(wanted, facts.responsibleId)),
      found: factText((facts) => facts.responsibleId),
    })),
  ].flat();
}

/** No condition if the rule does not have the field. */
function condition<Wanted, Subject>(
  field: string,
  wanted: Wanted | undefined,
  make: (wanted: Wanted) => Omit<Condition<Subject>, 'field'>,
): Condition<Subject>[] {
  return wanted === undefined ? [] : [{ field, ...make(wanted) }];
}

/** Unknown until the element is read; an element that cannot be read meets no condition. */
const onFacts =
  (test: (facts: ElementFacts, now: number) => boolean) =>
  ({ facts, now }: ElementCase): boolean | null =>
    facts === null ? null : facts.state === 'present' && test(facts, now);

const factText =
  (word: (facts: ElementFacts, now: number) => string | number | null) =>
  ({ facts, now }: ElementCase): string => {
    if (facts === null) return 'not read';
    return facts.state === 'present' ? String(word(facts, now) ?? 'unknown') : `the element is ${facts.state}`;
  };

/** An unknown value is never selected. */
const isSelected = (selection: Selection, value: number | null): boolean =>
  value !== null && ('include' in selection ? selection.include.includes(value) : !selection.exclude.includes(value));

const selectionText = (selection: Selection): string =>
  'include' in selection ? selection.include.join(' or ') : `not ${selection.exclude.join(' or ')}`;

const daysAgo = (time: number | null, now: number): string =>
  time === null ? 'unknown' : `${Math.floor((now - time) / DAY_MS)} days ago`;
