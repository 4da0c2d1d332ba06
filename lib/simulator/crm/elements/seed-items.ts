import type { CrmSeed, ItemSeed } from '../crm-seed.ts';
import { type Crm, itemsOf } from '../crm-state.ts';
import { COMPANY, CONTACT, DEAL, LEAD, QUOTE, type Ref, SMART_INVOICE } from './entity-types.ts';
import type { Item } from './item.ts';
import { directoryOf, type Stage, stagePrefix, standardStages } from './stages.ts';

/** Creates the seed's elements. */
export function seedItems(crm: Crm, seed: CrmSeed): void {
  const lists: readonly (readonly [number, readonly ItemSeed[]])[] = [
    [LEAD, seed.leads],
    [DEAL, seed.deals],
    [CONTACT, seed.contacts],
    [COMPANY, seed.companies],
    [QUOTE, seed.quotes],
    [SMART_INVOICE, seed.smartInvoices],
  ];
  for (const [entityTypeId, items] of lists) {
    for (const item of items) seedSeries(crm, entityTypeId, item);
  }
  for (const { entityTypeId, ...item } of seed.smartItems) seedSeries(crm, entityTypeId, item);
}

/** Creates an element that has nothing but an id, unless it exists: whatever a binding refers to must exist. */
export function ensureItem(crm: Crm, { entityTypeId, entityId }: Ref): Item {
  return itemsOf(crm, entityTypeId).get(entityId) ?? createItem(crm, entityTypeId, { ...BARE, id: entityId });
}

export function createItem(crm: Crm, entityTypeId: number, seed: ItemSeed): Item {
  const { id, count: _, title, stageId, categoryId, ...rest } = seed;
  const { contactIds, companyId, leadId, assignedById, createdTime, updatedTime, movedTime, ...fields } = rest;
  const created = createdTime ?? crm.clock.now();
  const category = categoryId ?? defaultCategory(crm, entityTypeId);
  ensureStages(crm, entityTypeId, category);
  return itemsOf(crm, entityTypeId).put({
    id,
    entityTypeId,
    title: title ?? `#${id}`,
    stageId: stageIdOf(crm, entityTypeId, category, stageId),
    categoryId: category,
    contactIds: [...contactIds],
    companyId,
    leadId,
    assignedById,
    createdTime: created,
    updatedTime: updatedTime ?? created,
    movedTime: movedTime ?? created,
    fields,
  });
}

/** A stage as a person writes it, with or without its pipeline's prefix. A code that is in no directory is kept as it is. */
export function stageIdOf(crm: Crm, entityTypeId: number, categoryId: number, stageId?: string): string | null {
  const directory = directoryOf(entityTypeId, categoryId);
  if (directory === null) return null;
  const stages = crm.stages.filter((stage) => stage.directory === directory);
  if (stageId === undefined) return stages[0]?.statusId ?? null;
  const full = `${stagePrefix(entityTypeId, categoryId)}${stageId}`;
  return stages.some(({ statusId }) => statusId === full) ? full : stageId;
}

/** Gives a pipeline the standard stages, in addition to those of a seed. */
export function ensureStages(crm: Crm, entityTypeId: number, categoryId: number): void {
  const directory = directoryOf(entityTypeId, categoryId);
  if (directory === null || crm.pipelines.has(directory)) return;
  crm.pipelines.add(directory);
  for (const stage of standardStages(entityTypeId, categoryId)) putStage(crm, stage);
}

/** Adds a stage to the end of its directory, or changes the name and meaning of an existing one. */
export function putStage(crm: Crm, stage: Omit<Stage, 'id' | 'sort'>): void {
  const rows = crm.stages.filter(({ directory }) => directory === stage.directory);
  const known = rows.find(({ statusId }) => statusId === stage.statusId);
  const place = known === undefined ? crm.stages.length : crm.stages.indexOf(known);
  const id = known?.id ?? 101 + 2 * crm.stages.length;
  crm.stages[place] = { ...stage, id, sort: known?.sort ?? 10 * (rows.length + 1) };
}

const BARE: ItemSeed = { id: 0, count: 1, contactIds: [], companyId: 0, leadId: 0, assignedById: 1 };

function seedSeries(crm: Crm, entityTypeId: number, seed: ItemSeed): void {
  for (let n = 0; n < seed.count; n += 1) createItem(crm, entityTypeId, { ...seed, id: seed.id + n });
}

function defaultCategory(crm: Crm, entityTypeId: number): number {
  if (entityTypeId === SMART_INVOICE) return 1;
  return crm.smartTypes.get(entityTypeId)?.categoryId ?? (entityTypeId >= 128 ? 1 : 0);
}
