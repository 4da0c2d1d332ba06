import * as z from 'zod';
import { writeBindings } from './crm/activities/binding-write.ts';
import { createActivity } from './crm/activities/seed-activities.ts';
import { activitySeed, itemSeed } from './crm/crm-seed.ts';
import { type Crm, itemsOf } from './crm/crm-state.ts';
import { convertLead } from './crm/elements/convert-lead.ts';
import { deleteActivity, deleteElement, emitElement } from './crm/elements/delete-element.ts';
import { DEAL, entityTypeIdOf, type Ref, refOf, sameRef } from './crm/elements/entity-types.ts';
import type { Item } from './crm/elements/item.ts';
import { createItem, ensureStages, stageIdOf } from './crm/elements/seed-items.ts';
import type { MethodContext } from './method.ts';
import type { Outbound } from './outbound/deliver.ts';

const id = z.number().int().positive();
const element = z.string().transform(refOf);
const triple = z.tuple([z.string(), z.string(), z.string()]);
/** Who did it; null: a robot, a workflow or an agent, so the events carry no tokens (B§5.2). */
const userId = id.nullable().default(1);

/** What people, robots and workflows do in the portal besides REST: the bodies of `POST /control/act`. */
const action = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('moveDeal'), id, stageId: z.string(), userId }),
  z.strictObject({ do: z.literal('moveElement'), element, stageId: z.string(), userId }),
  z.strictObject({
    do: z.literal('moveToCategory'),
    id,
    categoryId: z.number().int(),
    stageId: z.string().optional(),
    userId,
  }),
  z.strictObject({ do: z.literal('addElement'), type: z.string(), item: itemSeed, userId }),
  z.strictObject({ do: z.literal('deleteElement'), element, userId }),
  z.strictObject({
    do: z.literal('convertLead'),
    id,
    dealId: id.optional(),
    contactId: id.optional(),
    companyId: id.optional(),
    userId,
  }),
  z.strictObject({
    do: z.literal('deleteSmartProcess'),
    entityTypeId: id,
    state: z.enum(['deleted', 'locked']).default('deleted'),
  }),
  z.strictObject({ do: z.literal('addActivity'), activity: activitySeed, userId }),
  z.strictObject({ do: z.literal('completeActivity'), id, completed: z.boolean().default(true), userId }),
  z.strictObject({ do: z.literal('deleteActivity'), id, userId }),
  z.strictObject({ do: z.literal('bind'), activityId: id, element, userId }),
  z.strictObject({ do: z.literal('unbind'), activityId: id, element, userId }),
]);

export type Action = z.output<typeof action>;

const robotRun = z.strictObject({
  do: z.literal('callRobot'),
  code: z.string().exactOptional(),
  element: z.string().exactOptional(),
  documentId: triple.exactOptional(),
  documentType: triple.exactOptional(),
  properties: z.record(z.string(), z.unknown()).exactOptional(),
  useSubscription: z.boolean().exactOptional(),
  timeoutDuration: z.number().exactOptional(),
  userId: id.exactOptional(),
  workflowId: z.string().exactOptional(),
});

/**
 * Carries out an action; throws on one that it does not understand and on things that do not exist. With `robots`, the
 * portal's outbound side, a workflow can run a robot as well: `{"do": "callRobot", "element": "deal:1", "properties": {…}}`.
 */
export async function act(crm: Crm, context: MethodContext, body: unknown, robots?: Robots): Promise<unknown> {
  if (robots !== undefined && isRobotRun(body)) {
    const { do: _, ...run } = robotRun.parse(body);
    return robots.callRobot(run);
  }
  await perform(crm, context, action.parse(body));
  return null;
}

type Robots = Pick<Outbound, 'callRobot'>;

const isRobotRun = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'do' in body && body.do === 'callRobot';

async function perform(crm: Crm, context: MethodContext, what: Action): Promise<void> {
  switch (what.do) {
    case 'moveDeal':
      return moveElement(crm, context, { entityTypeId: DEAL, entityId: what.id }, what.stageId, what.userId);
    case 'moveElement':
      return moveElement(crm, context, what.element, what.stageId, what.userId);
    case 'moveToCategory':
      return moveToCategory(crm, context, what);
    case 'addElement': {
      const { entityTypeId, id: entityId } = createItem(crm, entityTypeIdOf(what.type), what.item);
      return emitElement(context, 'ADD', { entityTypeId, entityId }, what.userId);
    }
    case 'deleteElement':
      return deleteElement(crm, context, what.element, what.userId);
    case 'convertLead':
      return convertLead(crm, context, what, what.userId);
    case 'deleteSmartProcess':
      return closeType(crm, what.entityTypeId, what.state);
    default:
      return performOnActivity(crm, context, what);
  }
}

type ActivityAction = Extract<
  Action,
  { do: 'addActivity' | 'completeActivity' | 'deleteActivity' | 'bind' | 'unbind' }
>;

async function performOnActivity(crm: Crm, context: MethodContext, what: ActivityAction): Promise<void> {
  switch (what.do) {
    case 'addActivity': {
      const activity = createActivity(crm, what.activity, what.activity.bindings.map(refOf));
      return context.emit('ONCRMACTIVITYADD', { FIELDS: { ID: activity.id } }, what.userId);
    }
    case 'completeActivity':
      return completeActivity(crm, context, what.id, what.completed, what.userId);
    case 'deleteActivity':
      return deleteActivity(crm, context, what.id, what.userId);
    case 'bind':
      return writeBindings(crm, context, what.activityId, [...refsOf(crm, what), what.element], what.userId);
    case 'unbind': {
      const rest = refsOf(crm, what).filter((ref) => !sameRef(ref, what.element));
      return writeBindings(crm, context, what.activityId, rest, what.userId);
    }
  }
}

/** A new stage: ONCRMDEALUPDATE, ONCRMLEADUPDATE or ONCRMDYNAMICITEMUPDATE. */
function moveElement(crm: Crm, context: MethodContext, ref: Ref, stageId: string, by: number | null): void {
  const item = existing(crm, ref);
  item.stageId = stageIdOf(crm, ref.entityTypeId, item.categoryId, stageId);
  touch(crm, item);
  emitElement(context, 'UPDATE', ref, by);
}

/** Another pipeline: ONCRMDEALMOVETOCATEGORY and no ONCRMDEALUPDATE (B§2.3). Without a stage: the pipeline's first. */
function moveToCategory(crm: Crm, context: MethodContext, what: Extract<Action, { do: 'moveToCategory' }>): void {
  const deal = existing(crm, { entityTypeId: DEAL, entityId: what.id });
  ensureStages(crm, DEAL, what.categoryId);
  deal.categoryId = what.categoryId;
  deal.stageId = stageIdOf(crm, DEAL, what.categoryId, what.stageId);
  touch(crm, deal);
  const fields = { ID: deal.id, CATEGORY_ID: deal.categoryId, STAGE_ID: deal.stageId };
  context.emit('ONCRMDEALMOVETOCATEGORY', { FIELDS: fields }, what.userId);
}

function completeActivity(
  crm: Crm,
  context: MethodContext,
  activityId: number,
  completed: boolean,
  by: number | null,
): void {
  const activity = crm.activities.get(activityId);
  if (activity === undefined) throw new Error('no such activity');
  activity.completed = completed;
  activity.lastUpdated = crm.clock.now();
  context.emit('ONCRMACTIVITYUPDATE', { FIELDS: { ID: activityId } }, by);
}

/** The bindings of its elements stay, and nobody can edit them any more (B§2.1). */
function closeType(crm: Crm, entityTypeId: number, state: 'deleted' | 'locked'): void {
  const type = crm.smartTypes.get(entityTypeId);
  if (type === undefined) throw new Error('no such smart process');
  type.state = state;
}

function refsOf(crm: Crm, { activityId }: { readonly activityId: number }): Ref[] {
  if (!crm.activities.has(activityId)) throw new Error('no such activity');
  return crm.bindings.rows(activityId).map(({ entityTypeId, entityId }) => ({ entityTypeId, entityId }));
}

function existing(crm: Crm, { entityTypeId, entityId }: Ref): Item {
  const item = itemsOf(crm, entityTypeId).get(entityId);
  if (item === undefined) throw new Error('no such element');
  return item;
}

function touch(crm: Crm, item: Item): void {
  item.updatedTime = crm.clock.now();
  item.movedTime = crm.clock.now();
}
