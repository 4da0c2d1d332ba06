import type { Clock } from '../../clock.ts';
import { seedActivities } from './activities/seed-activities.ts';
import { type CrmSeed, crmSeed } from './crm-seed.ts';
import { type Crm, emptyCrm, itemsOf, type Reach } from './crm-state.ts';
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

export type { Crm } from './crm-state.ts';

/** Builds a portal's CRM from its seed (format: `crm-seed.ts`); throws on anything it does not understand. */
export function createCrm(seed: unknown, clock: Clock): Crm {
  const parsed = crmSeed.parse(seed ?? {});
  const crm = emptyCrm(clock, parsed.secret);
  Object.assign(crm.app, parsed.app);
  Object.assign(crm.quirks, parsed.quirks);
  seedUsers(crm, parsed);
  seedTypes(crm, parsed);
  seedItems(crm, parsed);
  for (const activity of parsed.activities) seedActivities(crm, activity, parsed.gone);
  crm.robots.push(...parsed.robots);
  for (const workflow of parsed.workflows) crm.workflows.set(workflow.id, workflow);
  crm.subscriptions.push(...parsed.subscriptions);
  crm.outboundWebhooks.push(...parsed.outboundWebhooks);
  return crm;
}

/** The portal as JSON that `createCrm` understands. */
export function dumpCrm(crm: Crm): { readonly [part: string]: unknown } {
  return {
    secret: crm.secret,
    app: crm.app,
    quirks: crm.quirks,
    users: [...crm.users.values()].map((user) => ({
      ...user,
      editable: dumpReach(user.editable),
      readable: dumpReach(user.readable),
    })),
    smartProcesses: [...crm.smartTypes.values()].map(({ id, ...type }) => ({ entityTypeId: id, ...type })),
    stages: crm.stages.map(({ directory, statusId, name, semantics, categoryId }) => ({
      directory,
      statusId,
      name,
      semantics,
      categoryId,
    })),
    ...dumpItems(crm),
    activities: [...crm.activities.all()].map(({ ownerTypeId, ownerId, ...activity }) => ({
      ...activity,
      ...(ownerTypeId === 0 ? {} : { owner: refText({ entityTypeId: ownerTypeId, entityId: ownerId }) }),
      bindings: crm.bindings.rows(activity.id).map(refText),
    })),
    gone: goneRefs(crm).map(refText),
    robots: crm.robots,
    workflows: [...crm.workflows.values()],
    subscriptions: crm.subscriptions,
    outboundWebhooks: crm.outboundWebhooks,
  };
}

function seedUsers(crm: Crm, seed: CrmSeed): void {
  crm.users.set(1, { id: 1, isAdmin: true, isExtranet: false, editable: 'all', readable: 'all' });
  for (const user of seed.users) crm.users.set(user.id, { ...user, isAdmin: user.isAdmin ?? user.id === 1 });
}

function seedTypes(crm: Crm, seed: CrmSeed): void {
  for (const { entityTypeId, title, categoryId, state } of seed.smartProcesses) {
    if (!isSmartProcessId(entityTypeId)) throw new Error(`not the id of a smart process: ${entityTypeId}`);
    const smart = { id: entityTypeId, title: title ?? `Process ${entityTypeId}`, categoryId, state };
    crm.smartTypes.set(entityTypeId, smart);
  }
  for (const [entityTypeId, categoryId] of STANDARD) ensureStages(crm, entityTypeId, categoryId);
  for (const { entityTypeId, categoryId } of seed.smartProcesses) ensureStages(crm, entityTypeId, categoryId);
  for (const stage of seed.stages) {
    const pipeline = /^DEAL_STAGE_(\d+)$/.exec(stage.directory)?.[1];
    if (pipeline !== undefined) ensureStages(crm, DEAL, Number(pipeline));
    putStage(crm, { ...stage, name: stage.name ?? stage.statusId });
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

function dumpItems(crm: Crm): { readonly [list: string]: unknown } {
  const lists = Object.entries(LISTS).map(([list, id]) => [list, [...itemsOf(crm, id).all()].map(dumpItem)] as const);
  const smart = [...crm.items].filter(([id]) => id >= 128);
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

/** Elements that no longer exist although activities are still bound to them. */
function goneRefs(crm: Crm): Ref[] {
  const gone = new Map<string, Ref>();
  for (const { id } of crm.activities.all()) {
    for (const row of crm.bindings.rows(id)) {
      if (!itemsOf(crm, row.entityTypeId).has(row.entityId)) gone.set(refKey(row), row);
    }
  }
  return [...gone.values()];
}
