import type { Crm } from '../crm-state.ts';
import { portalTime } from '../portal-time.ts';
import { COMPANY, CONTACT, DEAL, LEAD, QUOTE, SMART_INVOICE } from './entity-types.ts';
import type { Item } from './item.ts';
import { directoryOf, type Stage, semanticLetter } from './stages.ts';

export type FieldKind = 'number' | 'text' | 'time' | 'list';
export type ItemField = { readonly kind: FieldKind; read(item: Item, crm: Crm): unknown };

/** The fields of a type's elements in crm.item.*: camelCase, numbers as numbers (B§2.3). */
export function itemFields(crm: Crm, entityTypeId: number): ReadonlyMap<string, ItemField> {
  const fields = new Map(Object.entries(COMMON));
  const staged = directoryOf(entityTypeId, 0) !== null;
  if (staged) for (const [name, field] of Object.entries(STAGED)) fields.set(name, field);
  // Quotes have stages but no time at which they entered one [S] crm/lib/Service/Factory/Quote.php.
  if (entityTypeId === QUOTE) fields.delete('movedTime');
  if (entityTypeId === LEAD || entityTypeId === DEAL || (staged && crm.quirks.semanticsForAllTypes)) {
    fields.set('stageSemanticId', SEMANTICS);
  }
  if (entityTypeId === DEAL || entityTypeId === QUOTE) fields.set('closed', CLOSED);
  if (entityTypeId === DEAL) fields.set('leadId', { kind: 'number', read: ({ leadId }) => leadId });
  if ([DEAL, CONTACT, COMPANY, SMART_INVOICE].includes(entityTypeId) || entityTypeId >= 128) {
    fields.set('categoryId', { kind: 'number', read: ({ categoryId }) => categoryId });
  }
  return fields;
}

/** The stage of an element, from the directory of its type and pipeline. */
function stageOf(crm: Crm, item: Item): Stage | undefined {
  const directory = directoryOf(item.entityTypeId, item.categoryId);
  return crm.stages.find((stage) => stage.directory === directory && stage.statusId === item.stageId);
}

export const semanticsOf = (crm: Crm, item: Item): 'P' | 'S' | 'F' => semanticLetter(stageOf(crm, item));

/** An element as crm.item.get shows it; with names only those fields. */
export function itemJson(crm: Crm, item: Item, names: readonly string[] | null): { [field: string]: unknown } {
  const json: { [field: string]: unknown } = {};
  for (const [name, field] of itemFields(crm, item.entityTypeId)) {
    if (names === null || names.includes(name)) json[name] = field.read(item, crm);
  }
  for (const [name, value] of Object.entries(item.fields)) {
    if (names === null || names.includes(name)) json[name] = value;
  }
  return json;
}

const time = (read: (item: Item) => number): ItemField => ({ kind: 'time', read: (item) => portalTime(read(item)) });

const COMMON: { readonly [name: string]: ItemField } = {
  id: { kind: 'number', read: ({ id }) => id },
  title: { kind: 'text', read: ({ title }) => title },
  createdTime: time(({ createdTime }) => createdTime),
  updatedTime: time(({ updatedTime }) => updatedTime),
  createdBy: { kind: 'number', read: () => 1 },
  updatedBy: { kind: 'number', read: () => 1 },
  assignedById: { kind: 'number', read: ({ assignedById }) => assignedById },
  opened: { kind: 'text', read: () => 'Y' },
  companyId: { kind: 'number', read: ({ companyId }) => companyId },
  contactId: { kind: 'number', read: ({ contactIds }) => contactIds[0] ?? 0 },
  contactIds: { kind: 'list', read: ({ contactIds }) => contactIds },
  entityTypeId: { kind: 'number', read: ({ entityTypeId }) => entityTypeId },
};

const STAGED: { readonly [name: string]: ItemField } = {
  stageId: { kind: 'text', read: ({ stageId }) => stageId },
  movedTime: time(({ movedTime }) => movedTime),
  opportunity: { kind: 'number', read: () => 0 },
  currencyId: { kind: 'text', read: () => 'EUR' },
};

const SEMANTICS: ItemField = { kind: 'text', read: (item, crm) => semanticsOf(crm, item) };
const CLOSED: ItemField = { kind: 'text', read: (item, crm) => (semanticsOf(crm, item) === 'P' ? 'N' : 'Y') };
