import { randomUUID } from 'node:crypto';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateScan,
} from '@aws-sdk/lib-dynamodb';
import type { RatePlan } from '../../bitrix24/limits.ts';
import type { PortalLock, PortalState, PortalStore, ServingEnd, Stop } from '../../portal/portal-store.ts';
import {
  absentIn,
  FORGOTTEN_ATTRIBUTES,
  FORGOTTEN_BY_A_RESTART,
  LOCK_ATTRIBUTES,
  type PortalItem,
  portalStateOf,
  WAKE_UP_ATTRIBUTES,
} from './portal-item.ts';
import { type Condition, type ItemUpdate, stillIs, updateAndReadItem } from './update-item.ts';

const NO_ROW: Condition = { attribute: 'portal', exists: false };
const REMOVED: Condition = { attribute: 'removed', is: true };
const NOT_REMOVED: Condition = { attribute: 'removed', exists: false };
/** Most writes change an existing row only, so that they do not bring back a removed portal. */
const EXISTS: readonly Condition[] = [{ attribute: 'portal', exists: true }, NOT_REMOVED];
/** A released lock keeps its last owner: a release whose answer was lost can be repeated. */
const servedBy = (owner: string): Condition => ({ attribute: 'servedBy', is: owner });

const unlessRestarted = (restarts: number | undefined): readonly Condition[] =>
  restarts === undefined ? EXISTS : [...EXISTS, stillIs('restarts', restarts || null)];

/** The portals: for each an item `state`, changed attribute by attribute, and an item `rules`. */
export class DynamoPortals implements PortalStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(portal: string): Promise<PortalState | null> {
    const item = await this.#get({ portal, kind: 'state' });
    return item === undefined || item.removed === true ? null : portalStateOf(item as PortalItem);
  }

  async *list(): AsyncIterable<PortalState> {
    const pages = paginateScan(
      { client: this.#client },
      {
        TableName: this.#table,
        FilterExpression: 'kind = :kind AND attribute_not_exists(removed)',
        ExpressionAttributeValues: { ':kind': 'state' },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) yield* (Items as PortalItem[]).map(portalStateOf);
  }

  async add(portal: string, now: number): Promise<void> {
    await this.#set(portal, { addedAt: now, paused: false }, ['removed'], [{ anyOf: [NO_ROW, REMOVED] }]);
  }

  async remove(portal: string): Promise<void> {
    await this.#client.send(new DeleteCommand({ TableName: this.#table, Key: { portal, kind: 'rules' } }));
    await this.#set(portal, { removed: true }, FORGOTTEN_ATTRIBUTES);
  }

  async setPaused(portal: string, paused: boolean): Promise<void> {
    await this.#set(portal, { paused });
  }

  /** A stop that comes before a restart is cleared by it, and one that comes after it is not written. */
  async setStop(portal: string, stop: Stop | null, restarts?: number): Promise<boolean> {
    const restart = { set: {}, remove: FORGOTTEN_BY_A_RESTART, add: { restarts: 1 }, only: EXISTS };
    if (stop === null) return (await this.#update(portal, restart)) !== null;
    return await this.#set(portal, { stop }, [], unlessRestarted(restarts));
  }

  async setUninstalled(portal: string, uninstalledAt: number | null): Promise<void> {
    await (uninstalledAt === null ? this.#set(portal, {}, ['uninstalledAt']) : this.#set(portal, { uninstalledAt }));
  }

  markRemoved(portal: string, uninstalledAt: number, announcedAt: number | null): Promise<boolean> {
    return this.#set(portal, { uninstalledAt }, [], [...EXISTS, stillIs('announcedAt', announcedAt)]);
  }

  async noteAnnounced(portal: string, announcedAt: number): Promise<void> {
    await this.#set(portal, { announcedAt }, [], [...EXISTS, { attribute: 'announcedAt', atMost: announcedAt }]);
  }

  async setPlan(portal: string, plan: RatePlan): Promise<void> {
    await this.#set(portal, { plan });
  }

  /**
   * Makes the row if it is missing: the schedule finds forgotten portals by their rows (D§2). One wake-up at most is
   * pending, and no job is missed:
   *
   *   event 1   job stored ─ marked ─ wake-up sent
   *   event 2       job stored ─ marked already: nothing to send
   *   worker                               wake-up received ─ lock taken, mark cleared ─ reads the jobs: both
   *   event 3                                                                 job stored ─ marked ─ wake-up sent
   */
  async markWakePending(portal: string, now: number) {
    const wakeId = randomUUID();
    const item = await this.#update(portal, {
      set: {},
      setMissing: { wakePending: now, wakeId },
      only: [NOT_REMOVED],
    });
    return item === null ? null : { first: item.wakeId === wakeId, restsUntil: item.restsUntil ?? null };
  }

  async clearWakePending(portal: string): Promise<void> {
    await this.#set(portal, {}, [...WAKE_UP_ATTRIBUTES, 'restsUntil']);
  }

  /**
   *   worker A   begin: until 50 ─ works ─ … frozen …                      keep: the owner is B: no, so A stops
   *   worker B           begin: until 50 > now: no ─ ··· ─ begin at 51: taken ─ works ─ end: lock released
   */
  async beginServing(portal: string, { owner, until }: PortalLock, now: number): Promise<PortalState | null> {
    const item = await this.#update(portal, {
      set: { servedBy: owner, servedUntil: until },
      add: { epoch: 1, begun: 1 },
      remove: WAKE_UP_ATTRIBUTES,
      only: [...EXISTS, { attribute: 'servedUntil', atMost: now }],
    });
    return item === null ? null : portalStateOf(item);
  }

  async continueServing(portal: string, { owner, until }: PortalLock): Promise<PortalState | null> {
    const set = { servedUntil: until };
    const item = await this.#update(portal, { set, remove: WAKE_UP_ATTRIBUTES, only: [servedBy(owner)] });
    return item === null ? null : portalStateOf(item);
  }

  keepServing(portal: string, { owner, until }: PortalLock): Promise<boolean> {
    return this.#set(portal, { servedUntil: until }, [], [servedBy(owner)]);
  }

  /**
   *   trigger   job stored ─ marked ─ wake-up sent ─ it finds the lock taken, and goes
   *   worker                   end: marked: no ─ continue: mark cleared ─ reads the jobs
   *
   *   trigger                               job stored ─ marked ─ wake-up sent ─ the lock is taken
   *   worker       end: released
   */
  endServing(portal: string, owner: string, { nextWakeAt, restsUntil, ...learnt }: ServingEnd): Promise<boolean> {
    const times = Object.entries({ nextWakeAt, restsUntil });
    const set = { ...learnt, ...Object.fromEntries(times.filter(([, time]) => time !== null)) };
    const unset = times.filter(([, time]) => time === null).map(([name]) => name);
    const only = [servedBy(owner), { attribute: 'wakePending', exists: false }];
    return this.#set(portal, set, ['servedUntil', ...unset], only);
  }

  async abandonServing(portal: string, owner: string): Promise<void> {
    await this.#set(portal, {}, ['servedUntil'], [servedBy(owner)]);
  }

  async releaseLock(portal: string): Promise<void> {
    await this.#set(portal, {}, LOCK_ATTRIBUTES);
  }

  async deferWakeUp(portal: string, nextWakeAt: number, now: number): Promise<PortalState | null> {
    const change = { set: {}, setMissing: { wakePending: now }, remove: ['nextWakeAt'] };
    const item = await this.#update(portal, { ...change, only: [{ attribute: 'nextWakeAt', is: nextWakeAt }] });
    return item === null ? null : portalStateOf(item);
  }

  async readRules(portal: string): Promise<string | null> {
    const item = await this.#get({ portal, kind: 'rules' });
    return typeof item?.rules === 'string' ? item.rules : null;
  }

  async writeRules(portal: string, rules: string): Promise<void> {
    await this.#client.send(new PutCommand({ TableName: this.#table, Item: { portal, kind: 'rules', rules } }));
  }

  async setTrouble(portal: string, set: Pick<PortalState, 'trouble' | 'stoppedMethods'>, restarts?: number) {
    await this.#set(portal, set, absentIn(set), unlessRestarted(restarts));
  }

  async #set(portal: string, set: object, remove: readonly string[] = [], only: readonly Condition[] = EXISTS) {
    return (await this.#update(portal, { set: { ...set }, remove, only })) !== null;
  }

  /** Changes the row and returns it as it is then; null: a condition did not hold. */
  async #update(portal: string, change: Omit<ItemUpdate, 'table' | 'key'>): Promise<PortalItem | null> {
    const key = { portal, kind: 'state' };
    return (await updateAndReadItem(this.#client, { table: this.#table, key, ...change })) as PortalItem | null;
  }

  async #get(Key: { portal: string; kind: string }): Promise<Record<string, unknown> | undefined> {
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }));
    return Item;
  }
}
