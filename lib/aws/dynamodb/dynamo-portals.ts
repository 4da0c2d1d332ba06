import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateScan,
} from '@aws-sdk/lib-dynamodb';
import type { RatePlan } from '../../bitrix24/limits.ts';
import type { RateBudget } from '../../bitrix24/rest/rate-budget.ts';
import type { PortalLock, PortalState, PortalStore, Stop } from '../../portal/portal-store.ts';
import { hiddenWakeUpOf, type PortalItem, portalStateOf } from './portal-item.ts';
import {
  type Condition,
  type ItemUpdate,
  putItemIf,
  updateAndReadItem,
  updateAndReadOldItem,
  updateItem,
} from './update-item.ts';

/** Most writes change an existing row only, so that they do not bring back a removed portal. */
const EXISTS: Condition = { attribute: 'portal', exists: true };
/** Everything about wake-ups, by the names under which it has always been stored: `bell` and `rung` stand for them. */
const WAKE_UP_ATTRIBUTES = ['rungAt', 'hiddenBell', 'restsWhole'];

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
    return item === undefined ? null : portalStateOf(item as PortalItem);
  }

  async *list(): AsyncIterable<PortalState> {
    const pages = paginateScan(
      { client: this.#client },
      {
        TableName: this.#table,
        FilterExpression: 'kind = :kind',
        ExpressionAttributeValues: { ':kind': 'state' },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) yield* (Items as PortalItem[]).map(portalStateOf);
  }

  async add(portal: string, now: number): Promise<void> {
    const address = { client: this.#client, table: this.#table, key: { portal, kind: 'state' } };
    await putItemIf(address, { addedAt: now, paused: false }, { expression: 'attribute_not_exists(portal)' });
  }

  async remove(portal: string): Promise<void> {
    for (const kind of ['rules', 'state']) {
      await this.#client.send(new DeleteCommand({ TableName: this.#table, Key: { portal, kind } }));
    }
  }

  async setPaused(portal: string, paused: boolean): Promise<void> {
    await this.#set(portal, { paused });
  }

  /**
   *   worker    reads the row: 1 restart ─ is refused ─────────────────────────── stop, if still 1: no
   *   install                                grant stored ─ restarted: 2 restarts
   *   If the stop comes first, the restart clears it.
   */
  setStop(portal: string, stop: Stop | null, restarts?: number): Promise<boolean> {
    if (stop === null) return this.#update(portal, { set: {}, remove: ['stop'], add: { restarts: 1 }, only: [EXISTS] });
    const attribute = 'restarts';
    const unchanged: Condition = restarts === 0 ? { attribute, exists: false } : { attribute, is: restarts };
    return this.#set(portal, { stop }, [], restarts === undefined ? [EXISTS] : [EXISTS, unchanged]);
  }

  async setUninstalled(portal: string, uninstalledAt: number | null): Promise<void> {
    await (uninstalledAt === null ? this.#set(portal, {}, ['uninstalledAt']) : this.#set(portal, { uninstalledAt }));
  }

  markRemoved(portal: string, uninstalledAt: number, announcedAt: number | null): Promise<boolean> {
    const attribute = 'announcedAt';
    const unchanged: Condition = announcedAt === null ? { attribute, exists: false } : { attribute, is: announcedAt };
    return this.#set(portal, { uninstalledAt }, [], [EXISTS, unchanged]);
  }

  async noteAnnounced(portal: string, announcedAt: number): Promise<void> {
    await this.#set(portal, { announcedAt }, [], [EXISTS, { attribute: 'announcedAt', atMost: announcedAt }]);
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
   *
   * Whoever finds the mark has stored its job before the worker clears it, and the worker reads the jobs after that.
   */
  async markWakePending(portal: string, now: number): Promise<{ readonly hiddenWakeUp: string | null } | null> {
    const only: Condition[] = [{ attribute: 'rungAt', exists: false }];
    const key = { portal, kind: 'state' };
    const item = await updateAndReadItem(this.#client, { table: this.#table, key, set: { rungAt: now }, only });
    return item === null ? null : { hiddenWakeUp: item.restsWhole === true ? null : hiddenWakeUpOf(item) };
  }

  async clearWakePending(portal: string): Promise<string | null> {
    const key = { portal, kind: 'state' };
    const before = await updateAndReadOldItem(this.#client, {
      table: this.#table,
      key,
      set: {},
      remove: WAKE_UP_ATTRIBUTES,
      only: [EXISTS],
    });
    return before === null ? null : hiddenWakeUpOf(before);
  }

  /**
   * Takes the lock and clears the mark in one write. Sent to two workers (by hand, or because a message became visible too
   * soon), a portal is still served by one:
   *
   *   worker A   begin: until 50 ─ works ─ … frozen …                      keep: the owner is B: no, so A stops
   *   worker B           begin: until 50 > now: no ─ ··· ─ begin at 51: taken ─ works ─ end: lock released
   */
  beginServing(portal: string, { owner, until }: PortalLock, begun: number, now: number): Promise<boolean> {
    const only: Condition[] = [EXISTS, { attribute: 'servedUntil', atMost: now }];
    return this.#set(portal, { begun, servedBy: owner, servedUntil: until }, WAKE_UP_ATTRIBUTES, only);
  }

  keepServing(portal: string, { owner, until }: PortalLock): Promise<boolean> {
    return this.#set(portal, { servedUntil: until }, [], [{ attribute: 'servedBy', is: owner }]);
  }

  async releaseLock(portal: string): Promise<void> {
    await this.#set(portal, {}, ['servedBy', 'servedUntil']);
  }

  async endServing(portal: string, owner: string, end: { budget: RateBudget | null; begun: number }): Promise<void> {
    const lock = ['servedBy', 'servedUntil'];
    await this.#set(portal, end, lock, [{ attribute: 'servedBy', is: owner }]);
  }

  /**
   * A portal that rests keeps its wake-up hidden in the queue. New work brings it forward, or has sent another one before:
   *
   *   worker   wake-up hidden ─ noted: no mark there, so it stays
   *   event                                        marked: the hidden one is returned ─ made visible
   *
   *   worker       wake-up hidden ──────────────── noted: the mark is there, so the worker may drop it
   *   event    marked: nothing is hidden ─ another one sent
   */
  async noteHiddenWakeUp(portal: string, receiptHandle: string, restsWhole: boolean): Promise<boolean> {
    const key = { portal, kind: 'state' };
    const set = { hiddenBell: receiptHandle, restsWhole };
    const item = await updateAndReadItem(this.#client, { table: this.#table, key, set, only: [EXISTS] });
    return item === null || item.rungAt !== undefined;
  }

  async readRules(portal: string): Promise<string | null> {
    const item = await this.#get({ portal, kind: 'rules' });
    return typeof item?.rules === 'string' ? item.rules : null;
  }

  async writeRules(portal: string, rules: string): Promise<void> {
    await this.#client.send(new PutCommand({ TableName: this.#table, Item: { portal, kind: 'rules', rules } }));
  }

  #set(portal: string, set: object, remove: readonly string[] = [], only: readonly Condition[] = [EXISTS]) {
    return this.#update(portal, { set: { ...set }, remove, only });
  }

  #update(portal: string, change: Omit<ItemUpdate, 'table' | 'key'>): Promise<boolean> {
    return updateItem(this.#client, { table: this.#table, key: { portal, kind: 'state' }, ...change });
  }

  async #get(Key: { portal: string; kind: string }): Promise<Record<string, unknown> | undefined> {
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }));
    return Item;
  }
}
