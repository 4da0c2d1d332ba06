import * as z from 'zod';
import { entityTypeIdOf, refOf } from './elements/entity-types.ts';
import { timeOf } from './portal-time.ts';

/**
 * A portal in JSON. Everything may be missing; user 1 is then its only user and an admin, leads, deals, quotes and smart
 * invoices have the stages a new portal has.
 *
 *   {"users": [{"id": 7, "editable": ["deal", "contact:5"]}],
 *    "smartProcesses": [{"entityTypeId": 147}, {"entityTypeId": 1032, "state": "deleted"}],
 *    "leads": [{"id": 7, "stageId": "CONVERTED"}],
 *    "deals": [{"id": 1, "stageId": "LOSE"}, {"id": 2, "categoryId": 5, "stageId": "LOSE"}, {"id": 100, "count": 50}],
 *    "smartItems": [{"entityTypeId": 147, "id": 1, "stageId": "FAIL"}],
 *    "activities": [{"id": 999, "typeId": 4, "completed": true, "ageDays": 40, "bindings": ["deal:1", "contact:5"]},
 *                   {"id": 5000, "count": 200000, "bindings": ["deal:1", "contact:1..40000"]}],
 *    "gone": ["quote:9"]}
 *
 * - an element is written `deal:1` (lead, deal, contact, company, quote, smart_invoice, or the type's id as in `147:5`);
 * - `count` makes that many with consecutive ids; in their bindings `contact:1..40000` is the n-th of that range for the
 *   n-th activity, round and round;
 * - elements that activities are bound to exist, unless they are listed in `gone`;
 * - a stage may be written without the prefix of its pipeline (`LOSE` for `C5:LOSE`); times are ISO 8601 or ms.
 */
const id = z.number().int().positive();
const time = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms = timeOf(value);
  if (Number.isNaN(ms)) context.addIssue({ code: 'custom', message: 'not a time' });
  return ms;
});
const refText = z.string().transform(refOf);
const reach = z.union([
  z.literal('all'),
  z.array(
    z.string().transform((text) => {
      if (text.includes(':')) return refOf(text);
      return { entityTypeId: entityTypeIdOf(text), entityId: null };
    }),
  ),
]);

const user = z.strictObject({
  id,
  isAdmin: z.boolean().optional(),
  isExtranet: z.boolean().default(false),
  editable: reach.default('all'),
  readable: reach.default('all'),
});

/** Names that are not listed become fields of the element as they are. */
export const itemSeed = z.looseObject({
  id,
  count: id.default(1),
  title: z.string().optional(),
  stageId: z.string().optional(),
  categoryId: z.number().int().optional(),
  contactIds: z.array(id).default([]),
  companyId: z.number().int().default(0),
  leadId: z.number().int().default(0),
  assignedById: id.default(1),
  createdTime: time.optional(),
  updatedTime: time.optional(),
  movedTime: time.optional(),
});

export const activitySeed = z.strictObject({
  id,
  count: id.default(1),
  typeId: z.number().int().default(2),
  providerId: z.string().optional(),
  providerTypeId: z.string().optional(),
  subject: z.string().optional(),
  description: z.string().default(''),
  completed: z.boolean().default(false),
  ageDays: z.number().default(0),
  created: time.optional(),
  lastUpdated: time.optional(),
  startTime: time.optional(),
  endTime: time.optional(),
  deadline: time.optional(),
  responsibleId: id.default(1),
  authorId: id.optional(),
  editorId: id.optional(),
  priority: z.number().int().default(2),
  direction: z.number().int().default(2),
  owner: refText.optional(),
  bindings: z.array(z.string()).default([]),
});

const values = z.record(z.string(), z.unknown());
const robot = z.strictObject({
  clientId: z.string(),
  code: z.string(),
  handler: z.string(),
  name: z.unknown().default(null),
  description: z.unknown().default(null),
  documentType: z.unknown().default(null),
  authUserId: z.number().int().default(0),
  useSubscription: z.string().default(''),
  properties: values.default({}),
  returnProperties: values.default({}),
  filter: z.unknown().default(null),
});

const workflow = z.strictObject({
  id: z.string(),
  code: z.string(),
  documentId: z.tuple([z.string(), z.string(), z.string()]),
  eventId: z.string(),
  startedAt: time,
  timeoutDuration: z.number().default(0),
  state: z.enum(['waiting', 'answered', 'timed_out', 'running']).default('waiting'),
  returnValues: values.nullable().default(null),
  logMessage: z.string().nullable().default(null),
  answers: z.number().int().default(0),
});

const subscription = z.strictObject({
  id,
  clientId: z.string(),
  event: z.string().toUpperCase(),
  handler: z.string(),
  userId: z.number().int().default(0),
  offline: z.boolean().default(false),
  connector: z.string().default(''),
});

const outboundWebhook = z.strictObject({
  id,
  handler: z.string(),
  events: z.array(z.string().toUpperCase()),
  applicationToken: z.string(),
});

export const crmSeed = z.strictObject({
  secret: z.string().default('the key of the simulated portal'),
  app: z
    .strictObject({
      id: z.string(),
      code: z.string(),
      version: z.number(),
      status: z.string(),
      installed: z.boolean(),
      languageId: z.string(),
      license: z.string(),
    })
    .partial()
    .default({}),
  quirks: z
    .strictObject({
      semanticsForAllTypes: z.boolean(),
      moveErrorsWithoutCode: z.boolean(),
      staleActivityErrors: z.boolean(),
      refuseUsedTokens: z.boolean(),
      maxBindings: id,
    })
    .partial()
    .default({}),
  users: z.array(user).default([]),
  smartProcesses: z
    .array(
      z.strictObject({
        entityTypeId: id,
        title: z.string().optional(),
        categoryId: id.default(1),
        state: z.enum(['active', 'deleted', 'locked']).default('active'),
      }),
    )
    .default([]),
  stages: z
    .array(
      z.strictObject({
        directory: z.string(),
        statusId: z.string(),
        name: z.string().optional(),
        semantics: z.enum(['process', 'success', 'failure', 'apology']).default('process'),
        categoryId: id.nullable().default(null),
      }),
    )
    .default([]),
  leads: z.array(itemSeed).default([]),
  deals: z.array(itemSeed).default([]),
  contacts: z.array(itemSeed).default([]),
  companies: z.array(itemSeed).default([]),
  quotes: z.array(itemSeed).default([]),
  smartInvoices: z.array(itemSeed).default([]),
  smartItems: z.array(itemSeed.extend({ entityTypeId: id })).default([]),
  activities: z.array(activitySeed).default([]),
  gone: z.array(refText).default([]),
  robots: z.array(robot).default([]),
  workflows: z.array(workflow).default([]),
  subscriptions: z.array(subscription).default([]),
  outboundWebhooks: z.array(outboundWebhook).default([]),
});

export type CrmSeed = z.output<typeof crmSeed>;
export type ItemSeed = z.output<typeof itemSeed>;
export type ActivitySeed = z.output<typeof activitySeed>;
