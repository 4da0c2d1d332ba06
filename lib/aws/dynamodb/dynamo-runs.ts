import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Carry, CarryKind, Run, RunOver, RunRecord, RunStore, Undone } from '../../cleanup/runs/run-store.ts';
import { type CleanupSettings, DEFAULT_SETTINGS } from '../../cleanup/runs/run-store.ts';
import { type Clock, systemClock } from '../../clock.ts';
import { expiresAt } from '../expires-at.ts';
import { IDS_PER_ITEM, KEEP_RUN_STATE_DAYS } from '../policy.ts';
import { getItems, putItems } from './batch-items.ts';
import { DynamoRunHistory } from './dynamo-run-history.ts';
import { type Condition, deleteItemIf, updateItem } from './update-item.ts';

type Seen = { readonly id: string; readonly bits: Uint8Array };

/** `keepDays`: how long outcomes are kept, and so what an undo of them has done. */
export type DynamoRunsSettings = { readonly table: string; readonly keepDays: number; readonly clock?: Clock };

/**
 * Beside the outcomes, without an `at`, so that they are in no list of outcomes:
 *
 *   run                 the run that the portal is at
 *   history             the runs that it was at
 *   settings            how the portal wants its scheduled sweeps
 *   stop:<run>          this run was asked to stop
 *   carry, carry:plan   what a sweep, or a sweep that plans, has left to the next one
 *   undone:<run>        how far a run was undone
 *   seen:<run>/<n>      the activities that a run has evaluated, of ids from n · 32768 on
 */
export class DynamoRuns implements RunStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #keepDays: number;
  readonly #clock: Clock;
  readonly #history: DynamoRunHistory;

  constructor(client: DynamoDBDocumentClient, { table, keepDays, clock = systemClock }: DynamoRunsSettings) {
    this.#client = client;
    this.#table = table;
    this.#keepDays = keepDays;
    this.#clock = clock;
    this.#history = new DynamoRunHistory(client, table);
  }

  async current(portal: string): Promise<Run | null> {
    const item = await this.#get({ portal, id: 'run' });
    if (typeof item?.run !== 'string') return null;
    const { run, since, rules } = item;
    return { id: run, since: Number(since), rules: String(rules) };
  }

  begin(portal: string, { id, since, rules }: Run, instead: string | null): Promise<boolean> {
    const only: Condition = instead === null ? { attribute: 'run', exists: false } : { attribute: 'run', is: instead };
    const set = { run: id, since, rules };
    return updateItem(this.#client, { table: this.#table, key: { portal, id: 'run' }, set, only: [only] });
  }

  async askToStop(portal: string, id: string): Promise<void> {
    const Item = { portal, id: `stop:${id}`, expiresAt: this.#daysFromNow(KEEP_RUN_STATE_DAYS) };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
  }

  async isAskedToStop(portal: string, id: string): Promise<boolean> {
    return (await this.#get({ portal, id: `stop:${id}` })) !== undefined;
  }

  async end(portal: string, id: string): Promise<void> {
    await deleteItemIf(
      { client: this.#client, table: this.#table, key: { portal, id: 'run' } },
      {
        expression: '#run = :run',
        names: { '#run': 'run' },
        values: { ':run': id },
      },
    );
  }

  history(portal: string): Promise<readonly RunRecord[]> {
    return this.#history.read(portal);
  }

  async noteBegun(portal: string, { id, since }: Pick<Run, 'id' | 'since'>): Promise<void> {
    await this.#history.note(portal, id, (before) => ({ id, since: before?.since ?? since, end: null }));
  }

  async noteEnded(portal: string, { id, since }: Pick<Run, 'id' | 'since'>, end: RunOver): Promise<void> {
    await this.#history.note(portal, id, (before) => ({ id, since: before?.since ?? since, end }));
  }

  async settings(portal: string): Promise<CleanupSettings> {
    const item = await this.#get({ portal, id: 'settings' });
    const mode = item?.mode === 'plan' || item?.mode === 'apply' ? item.mode : DEFAULT_SETTINGS.mode;
    return { mode, minutes: typeof item?.minutes === 'number' ? item.minutes : DEFAULT_SETTINGS.minutes };
  }

  async setSettings(portal: string, settings: CleanupSettings): Promise<void> {
    const Item = { portal, id: 'settings', ...settings };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
  }

  async carry(portal: string, kind: CarryKind): Promise<Carry | null> {
    const item = await this.#get({ portal, id: carryId(kind) });
    // DynamoDB removes it up to some days after it has expired.
    if (item === undefined || Number(item.expiresAt) * 1000 <= this.#clock.now()) return null;
    const plan = item.plan as Carry['plan'] | undefined; // written below
    return { rules: String(item.rules), state: String(item.state), ...(plan === undefined ? {} : { plan }) };
  }

  async setCarry(portal: string, kind: CarryKind, carry: Carry | null): Promise<void> {
    const key = { portal, id: carryId(kind) };
    const Item = { ...key, ...carry, expiresAt: this.#daysFromNow(KEEP_RUN_STATE_DAYS) };
    if (carry !== null) await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
    else await this.#client.send(new DeleteCommand({ TableName: this.#table, Key: key }));
  }

  async undone(portal: string, run: string): Promise<Undone | null> {
    const item = await this.#get({ portal, id: `undone:${run}` });
    if (item === undefined) return null;
    // The table says `through` for `completed`, as it always has.
    const { after, count, through, by } = item as Omit<Undone, 'completed'> & { through: boolean }; // written below
    return { after, count, completed: through, by };
  }

  async setUndone(portal: string, run: string, undone: Undone): Promise<void> {
    const { completed: through, ...rest } = undone;
    const Item = { portal, id: `undone:${run}`, ...rest, through, expiresAt: this.#daysFromNow(this.#keepDays) };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
  }

  async seen(portal: string, run: string, activityIds: readonly number[]): Promise<ReadonlySet<number>> {
    const parts = await this.#seenParts(portal, run, activityIds);
    return new Set(activityIds.filter((id) => hasBit(parts.get(partId(run, id)), id)));
  }

  async addSeen(portal: string, run: string, activityIds: readonly number[]): Promise<void> {
    const parts = await this.#seenParts(portal, run, activityIds);
    for (const activityId of activityIds) {
      const id = partId(run, activityId);
      const bits = parts.get(id) ?? new Uint8Array(IDS_PER_ITEM / 8);
      const at = activityId % IDS_PER_ITEM;
      bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
      parts.set(id, bits);
    }
    const expiry = this.#daysFromNow(KEEP_RUN_STATE_DAYS);
    const items = [...parts].map(([id, bits]) => ({ portal, id, bits, expiresAt: expiry }));
    await putItems(items, this.#access());
  }

  async #seenParts(portal: string, run: string, activityIds: readonly number[]): Promise<Map<string, Uint8Array>> {
    const ids = [...new Set(activityIds.map((id) => partId(run, id)))];
    const items = await getItems(
      ids.map((id) => ({ portal, id })),
      this.#access(),
    );
    return new Map((items as Seen[]).map(({ id, bits }) => [id, Uint8Array.from(bits)])); // written by this file alone
  }

  #daysFromNow(days: number): number {
    return expiresAt(this.#clock.now(), days);
  }

  #access() {
    return { client: this.#client, table: this.#table, clock: this.#clock };
  }

  async #get(Key: { portal: string; id: string }): Promise<Record<string, unknown> | undefined> {
    return (await this.#client.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }))).Item;
  }
}

const carryId = (kind: CarryKind): string => (kind === 'sweep' ? 'carry' : 'carry:plan');

const partId = (run: string, activityId: number): string => `seen:${run}/${Math.floor(activityId / IDS_PER_ITEM)}`;

const hasBit = (bits: Uint8Array | undefined, activityId: number): boolean => {
  const at = activityId % IDS_PER_ITEM;
  return ((bits?.[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
};
