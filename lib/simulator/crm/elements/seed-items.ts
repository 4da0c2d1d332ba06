import type { ItemSeed, WorldSeed } from '../crm-seed.ts';
import { itemsOf, type World } from '../crm-state.ts';
import { COMPANY, CONTACT, DEAL, LEAD, QUOTE, type Ref, SMART_INVOICE } from './entity-types.ts';
import type { Item } from './item.ts';
import { directoryOf, type Stage, stagePrefix, standardStages } from './stages.ts';

/** Fills the world with the seed's elements. */
export function seedItems(world: World, seed: WorldSeed): void {
  const lists: readonly (readonly [number, readonly ItemSeed[]])[] = [
    [LEAD, seed.leads],
    [DEAL, seed.deals],
    [CONTACT, seed.contacts],
    [COMPANY, seed.companies],
    [QUOTE, seed.quotes],
    [SMART_INVOICE, seed.smartInvoices],
  ];
  for (const [entityTypeId, items] of lists) {
    for (const item of items) seedSeries(world, entityTypeId, item);
  }
  for (const { entityTypeId, ...item } of seed.smartItems) seedSeries(world, entityTypeId, item);
}

/** Creates an element with nothing but an id, unless there is one: what a binding refers to exists. */
export function ensureItem(world: World, { entityTypeId, entityId }: Ref): Item {
  return itemsOf(world, entityTypeId).get(entityId) ?? createItem(world, entityTypeId, { ...BARE, id: entityId });
}

export function createItem(world: World, entityTypeId: number, seed: ItemSeed): Item {
  const { id, count: _, title, stageId, categoryId, ...rest } = seed;
  const { contactIds, companyId, leadId, assignedById, createdTime, updatedTime, movedTime, ...fields } = rest;
  const created = createdTime ?? world.clock.now();
  const category = categoryId ?? defaultCategory(world, entityTypeId);
  ensureStages(world, entityTypeId, category);
  return itemsOf(world, entityTypeId).put({
    id,
    entityTypeId,
    title: title ?? `#${id}`,
    stageId: stageIdOf(world, entityTypeId, category, stageId),
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

/** A stage as a person writes it, with or without its pipeline's prefix. A code of no directory is kept as it is. */
export function stageIdOf(world: World, entityTypeId: number, categoryId: number, stageId?: string): string | null {
  const directory = directoryOf(entityTypeId, categoryId);
  if (directory === null) return null;
  const stages = world.stages.filter((stage) => stage.directory === directory);
  if (stageId === undefined) return stages[0]?.statusId ?? null;
  const full = `${stagePrefix(entityTypeId, categoryId)}${stageId}`;
  return stages.some(({ statusId }) => statusId === full) ? full : stageId;
}

/** A pipeline comes with the standard stages, besides those a seed has given it. */
export function ensureStages(world: World, entityTypeId: number, categoryId: number): void {
  const directory = directoryOf(entityTypeId, categoryId);
  if (directory === null || world.pipelines.has(directory)) return;
  world.pipelines.add(directory);
  for (const stage of standardStages(entityTypeId, categoryId)) putStage(world, stage);
}

/** Adds a stage to the end of its directory, or gives a stage that is there another name and meaning. */
export function putStage(world: World, stage: Omit<Stage, 'id' | 'sort'>): void {
  const rows = world.stages.filter(({ directory }) => directory === stage.directory);
  const known = rows.find(({ statusId }) => statusId === stage.statusId);
  const place = known === undefined ? world.stages.length : world.stages.indexOf(known);
  const id = known?.id ?? 101 + 2 * world.stages.length;
  world.stages[place] = { ...stage, id, sort: known?.sort ?? 10 * (rows.length + 1) };
}

const BARE: ItemSeed = { id: 0, count: 1, contactIds: [], companyId: 0, leadId: 0, assignedById: 1 };

function seedSeries(world: World, entityTypeId: number, seed: ItemSeed): void {
  for (let n = 0; n < seed.count; n += 1) createItem(world, entityTypeId, { ...seed, id: seed.id + n });
}

function defaultCategory(world: World, entityTypeId: number): number {
  if (entityTypeId === SMART_INVOICE) return 1;
  return world.smartTypes.get(entityTypeId)?.categoryId ?? (entityTypeId >= 128 ? 1 : 0);
}
