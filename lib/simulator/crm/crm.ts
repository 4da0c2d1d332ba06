import type { Clock } from '../../clock.ts';
import { seedActivities } from './activities/seed-activities.ts';
import { type WorldSeed, worldSeed } from './crm-seed.ts';
import { emptyWorld, itemsOf, type Reach, type World } from './crm-state.ts';
import {
  DEAL,
  isSmartProcessId,
  LEAD,
  QUOTE,
  type Ref,
  refKey,
  refText,
  SMART_INVOICE,
} from './elements/entity-types.ts';
import type { Item } from './elements/item.ts';
import { ensureStages, putStage, seedItems } from './elements/seed-items.ts';

export type { World } from './crm-state.ts';

/** Builds a portal from its seed (format: `world-seed.ts`); throws on what it does not understand. */
export function createWorld(seed: unknown, clock: Clock): World {
  const parsed = worldSeed.parse(seed ?? {});
  const world = emptyWorld(clock, parsed.secret);
  Object.assign(world.app, parsed.app);
  Object.assign(world.quirks, parsed.quirks);
  seedUsers(world, parsed);
  seedTypes(world, parsed);
  seedItems(world, parsed);
  for (const activity of parsed.activities) seedActivities(world, activity, parsed.gone);
  world.robots.push(...parsed.robots);
  for (const workflow of parsed.workflows) world.workflows.set(workflow.id, workflow);
  world.subscriptions.push(...parsed.subscriptions);
  world.outboundWebhooks.push(...parsed.outboundWebhooks);
  return world;
}

/** The portal as JSON that `createWorld` understands. */
export function dumpWorld(world: World): { readonly [part: string]: unknown } {
  return {
    secret: world.secret,
    app: world.app,
    quirks: world.quirks,
    users: [...world.users.values()].map((user) => ({
      ...user,
      editable: dumpReach(user.editable),
      readable: dumpReach(user.readable),
    })),
    smartProcesses: [...world.smartTypes.values()].map(({ id, ...type }) => ({ entityTypeId: id, ...type })),
    stages: world.stages.map(({ directory, statusId, name, semantics, categoryId }) => ({
      directory,
      statusId,
      name,
      semantics,
      categoryId,
    })),
    ...dumpItems(world),
    activities: [...world.activities.all()].map(({ ownerTypeId, ownerId, ...activity }) => ({
      ...activity,
      ...(ownerTypeId === 0 ? {} : { owner: refText({ entityTypeId: ownerTypeId, entityId: ownerId }) }),
      bindings: world.bindings.rows(activity.id).map(refText),
    })),
    gone: goneRefs(world).map(refText),
    robots: world.robots,
    workflows: [...world.workflows.values()],
    subscriptions: world.subscriptions,
    outboundWebhooks: world.outboundWebhooks,
  };
}

function seedUsers(world: World, seed: WorldSeed): void {
  world.users.set(1, { id: 1, isAdmin: true, isExtranet: false, editable: 'all', readable: 'all' });
  for (const user of seed.users) world.users.set(user.id, { ...user, isAdmin: user.isAdmin ?? user.id === 1 });
}

function seedTypes(world: World, seed: WorldSeed): void {
  for (const { entityTypeId, title, categoryId, state } of seed.smartProcesses) {
    if (!isSmartProcessId(entityTypeId)) throw new Error(`not the id of a smart process: ${entityTypeId}`);
    const smart = { id: entityTypeId, title: title ?? `Process ${entityTypeId}`, categoryId, state };
    world.smartTypes.set(entityTypeId, smart);
  }
  for (const [entityTypeId, categoryId] of STANDARD) ensureStages(world, entityTypeId, categoryId);
  for (const { entityTypeId, categoryId } of seed.smartProcesses) ensureStages(world, entityTypeId, categoryId);
  for (const stage of seed.stages) {
    const pipeline = /^DEAL_STAGE_(\d+)$/.exec(stage.directory)?.[1];
    if (pipeline !== undefined) ensureStages(world, DEAL, Number(pipeline));
    putStage(world, { ...stage, name: stage.name ?? stage.statusId });
  }
}

const STANDARD = [
  [LEAD, 0],
  [DEAL, 0],
  [QUOTE, 0],
  [SMART_INVOICE, 1],
] as const;

const dumpReach = (reach: Reach): 'all' | string[] =>
  reach === 'all'
    ? 'all'
    : reach.map(({ entityTypeId, entityId }) =>
        entityId === null ? String(entityTypeId) : refText({ entityTypeId, entityId }),
      );

const LISTS = { leads: 1, deals: 2, contacts: 3, companies: 4, quotes: 7, smartInvoices: 31 } as const;

function dumpItems(world: World): { readonly [list: string]: unknown } {
  const lists = Object.entries(LISTS).map(([list, id]) => [list, [...itemsOf(world, id).all()].map(dumpItem)] as const);
  const smart = [...world.items].filter(([id]) => id >= 128);
  return {
    ...Object.fromEntries(lists),
    smartItems: smart.flatMap(([id, items]) =>
      [...items.all()].map((item) => ({ entityTypeId: id, ...dumpItem(item) })),
    ),
  };
}

function dumpItem({ entityTypeId: _type, stageId, fields, ...item }: Item): { readonly [field: string]: unknown } {
  return { ...fields, ...item, ...(stageId === null ? {} : { stageId }) };
}

/** Elements that something is bound to although they are not there any more. */
function goneRefs(world: World): Ref[] {
  const gone = new Map<string, Ref>();
  for (const { id } of world.activities.all()) {
    for (const row of world.bindings.rows(id)) {
      if (!itemsOf(world, row.entityTypeId).has(row.entityId)) gone.set(refKey(row), row);
    }
  }
  return [...gone.values()];
}
