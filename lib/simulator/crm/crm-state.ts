import type { Clock } from '../../clock.ts';
import type { Activity } from './activities/activity.ts';
import { BindingTable } from './activities/binding-table.ts';
import { type EntityType, SYSTEM_TYPES, smartProcessType } from './elements/entity-types.ts';
import type { Item } from './elements/item.ts';
import type { Stage } from './elements/stages.ts';
import { Table } from './table.ts';
import type { Robot, Subscription, Workflow } from './workflow.ts';

/** `all`, or the listed elements; an entry without an id means every element of that type. */
export type Reach = 'all' | readonly { readonly entityTypeId: number; readonly entityId: number | null }[];

export type User = {
  readonly id: number;
  isAdmin: boolean;
  isExtranet: boolean;
  editable: Reach;
  readable: Reach;
};

/** A smart process type. Deleted or locked: nobody may edit its elements (B§2.1). */
export type SmartType = {
  readonly id: number;
  readonly title: string;
  readonly categoryId: number;
  state: 'active' | 'deleted' | 'locked';
};

/** An outbound webhook: events without an application (B§5.2). */
export type OutboundWebhook = {
  readonly id: number;
  readonly handler: string;
  readonly events: readonly string[];
  readonly applicationToken: string;
};

/** The application as the portal sees it (B§4.6). Nothing is sent to it until `installed` (B§5.6). */
export type AppState = {
  id: string;
  code: string;
  version: number;
  status: string;
  installed: boolean;
  languageId: string;
  license: string;
};

/** Behaviour on which sources differ, or which is a trap that not every test wants. */
export type Quirks = {
  /** Whether crm.item.* of invoices, quotes and smart processes has `stageSemanticId`: open (B§2.3). */
  semanticsForAllTypes: boolean;
  /** `.move` with unequal types or equal ids has no code in one snapshot of the source, so it answers `"0"` (B§2.1). */
  moveErrorsWithoutCode: boolean;
  /** Within one request a failed legacy activity command makes the next binding command fail with `"0"` (B§2.1). */
  staleActivityErrors: boolean;
  /** A correctly signed event token that was already used: `true` in the source, ACCESS_DENIED in the docs (B§6.3, B§10 #9). */
  refuseUsedTokens: boolean;
  /** A longer list of bindings is trimmed silently (B§2.1). */
  maxBindings: number;
};

/** Everything in the portal. Filled from a seed (`crm-seed.ts`), changed by methods and by `actions.ts`. */
export type Crm = {
  readonly clock: Clock;
  /** The portal's key: signs event tokens (B§6.2). */
  readonly secret: string;
  readonly app: AppState;
  readonly quirks: Quirks;
  readonly users: Map<number, User>;
  readonly smartTypes: Map<number, SmartType>;
  readonly stages: Stage[];
  /** Directories that have been given their standard stages. */
  readonly pipelines: Set<string>;
  /** Elements by type. */
  readonly items: Map<number, Table<Item>>;
  readonly activities: Table<Activity>;
  readonly bindings: BindingTable;
  readonly robots: Robot[];
  readonly workflows: Map<string, Workflow>;
  readonly subscriptions: Subscription[];
  readonly outboundWebhooks: OutboundWebhook[];
};

export const emptyCrm = (clock: Clock, secret: string): Crm => ({
  clock,
  secret,
  app: {
    id: '1',
    code: 'local.0123456789abcd.01234567',
    version: 1,
    status: 'L',
    installed: true,
    languageId: 'en',
    license: 'en_basic',
  },
  quirks: {
    semanticsForAllTypes: false,
    moveErrorsWithoutCode: false,
    staleActivityErrors: false,
    refuseUsedTokens: false,
    maxBindings: 100,
  },
  users: new Map(),
  smartTypes: new Map(),
  stages: [],
  pipelines: new Set(),
  items: new Map(),
  activities: new Table(),
  bindings: new BindingTable(),
  robots: [],
  workflows: new Map(),
  subscriptions: [],
  outboundWebhooks: [],
});

export function itemsOf(crm: Crm, entityTypeId: number): Table<Item> {
  const known = crm.items.get(entityTypeId);
  if (known !== undefined) return known;
  const fresh = new Table<Item>();
  crm.items.set(entityTypeId, fresh);
  return fresh;
}

/** The types of this portal: the system's and its smart processes (B§2.3). */
export function entityTypesOf(crm: Crm): EntityType[] {
  const smart = [...crm.smartTypes.values()].filter(({ state }) => state !== 'deleted');
  return [...SYSTEM_TYPES, ...smart.map(({ id, title }) => smartProcessType(id, title))];
}

export const entityTypeOf = (crm: Crm, entityTypeId: number): EntityType | undefined =>
  entityTypesOf(crm).find(({ id }) => id === entityTypeId);
