import { elementName, parseElement } from '../bitrix24/crm/parse-element.ts';
import { type Column, textTable } from '../cli/terminal/text-table.ts';
import type { Outcome, Status } from '../jobs/outcome.ts';
import type { ActivityView, PortalView } from './portal-view.ts';

/** Colours a text, where there are colours. */
export type Paint = (colour: 'green' | 'red' | 'yellow' | 'bold' | 'gray', text: string) => string;

/** Fits a terminal of 80 columns, indented by two. */
const WIDTH = 78;

export const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ');

export function dealTable({ deals }: PortalView): string {
  const columns: readonly Column<PortalView['deals'][number]>[] = [
    { title: 'DEAL', text: ({ id }) => `deal:${id}` },
    { title: 'TITLE', text: ({ title }) => title, shrinks: true },
    { title: 'STAGE', text: ({ stage }) => stage },
  ];
  return textTable(deals, columns, WIDTH);
}

export function bindingTable(activities: readonly ActivityView[]): string {
  return textTable(
    activities,
    [...activityColumns<ActivityView>(), { title: 'BOUND TO', text: ({ bindings }) => namesOf(bindings) }],
    WIDTH,
  );
}

type Compared = ActivityView & { readonly after: readonly string[]; readonly by: string };

/** One row per activity; changed ones are marked, with the trigger that changed them. */
export function comparisonTable(
  before: readonly ActivityView[],
  after: readonly ActivityView[],
  outcomes: readonly Outcome[],
  paint: Paint,
): string {
  const rows = before.map((activity): Compared => {
    const bindings = after.find(({ id }) => id === activity.id)?.bindings ?? [];
    const triggers = outcomes.filter(({ activityId, status }) => activityId === activity.id && status === 'unbound');
    return { ...activity, after: bindings, by: triggers.map(({ trigger }) => trigger).join(', ') };
  });
  const changed = (row: Compared): boolean => namesOf(row.bindings) !== namesOf(row.after);
  const marked = (text: string, row: Compared): string => (changed(row) ? paint('yellow', text) : text);
  const columns: readonly Column<Compared>[] = [
    { title: '', text: (row) => (changed(row) ? '*' : ' ') },
    ...activityColumns<Compared>(),
    { title: 'BEFORE', text: ({ bindings }) => namesOf(bindings) },
    { title: 'AFTER', text: (row) => (changed(row) ? namesOf(row.after) : 'the same') },
    { title: 'BY', text: ({ by }) => by },
  ];
  return textTable(
    rows,
    columns.map((column) => ({ ...column, paint: marked })),
    WIDTH,
  );
}

const GOOD: ReadonlySet<Status> = new Set(['unbound', 'already_unbound', 'bound', 'already_bound']);

/** Oldest first. */
export function outcomeTable(outcomes: readonly Outcome[], paint: Paint): string {
  const rows = outcomes.toSorted((one, other) => one.at.localeCompare(other.at));
  const columns: readonly Column<Outcome>[] = [
    { title: 'ACTIVITY', text: ({ activityId }) => String(activityId), align: 'right' },
    { title: 'ELEMENT', text: (outcome) => elementName(outcome) },
    {
      title: 'STATUS',
      text: ({ status }) => status,
      paint: (text, { status }) => paint(GOOD.has(status) ? 'green' : 'red', text),
    },
    { title: 'CODE', text: ({ code }) => code ?? '' },
    { title: 'BY', text: ({ trigger }) => trigger },
  ];
  return textTable(rows, columns, WIDTH);
}

const activityColumns = <T extends ActivityView>(): readonly Column<T>[] => [
  { title: 'ID', text: ({ id }) => String(id), align: 'right' },
  {
    title: 'ACTIVITY',
    text: ({ kind, subject, completed }) => `${kind}: ${subject}${completed ? '' : ' (open)'}`,
    shrinks: true,
  },
];

const namesOf = (keys: readonly string[]): string =>
  keys
    .map((key) => {
      const element = parseElement(key);
      return element === null ? key : elementName(element);
    })
    .join(' ');
