import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Plan, PlanItem, PlanPage, PlanStore } from '../../cleanup/runs/plan-store.ts';
import { type Clock, systemClock } from '../../clock.ts';
import { inParts } from '../../in-parts.ts';
import { expiresAt } from '../expires-at.ts';
import { PLAN_PAGES_DELETED_AT_ONCE, PLAN_PAGES_PER_READ } from '../policy.ts';
import { readRunEnd } from './read-run-end.ts';
import { updateItem } from './update-item.ts';

export type DynamoPlansSettings = { readonly table: string; readonly keepDays: number; readonly clock?: Clock };

/**
 * A page as it is stored: `from` is the number of its first item, and `rows` is JSON of bare numbers, which keeps it short.
 */
type Row = readonly [activityId: number, entityTypeId: number, entityId: number, rule: number];
type StoredPage = { readonly from: number; readonly rows: string; readonly rules: readonly string[] };

/**
 * Beside the outcomes: `plan:<id>` is the plan, `planned:<id>/<number>` its items from that number on, as they were found.
 * None has an `at`, so they are in no list of outcomes.
 */
export class DynamoPlans implements PlanStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #keepDays: number;
  readonly #clock: Clock;

  constructor(client: DynamoDBDocumentClient, { table, keepDays, clock = systemClock }: DynamoPlansSettings) {
    this.#client = client;
    this.#table = table;
    this.#keepDays = keepDays;
    this.#clock = clock;
  }

  async read(portal: string, id: string): Promise<Plan | null> {
    const Key = { portal, id: planKey(id) };
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }));
    return Item === undefined ? null : planOf(Item);
  }

  async *list(portal: string): AsyncIterable<Plan> {
    const plans: Plan[] = [];
    for await (const { Items = [] } of this.#query(portal, planKey(''))) plans.push(...Items.map(planOf));
    yield* plans.sort((a, b) => b.createdAt - a.createdAt);
  }

  async write(portal: string, plan: Plan): Promise<void> {
    const { id, ...rest } = plan;
    const Item = { portal, ...rest, id: planKey(id), expiresAt: this.#expiresAt() };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
  }

  async addItems(portal: string, id: string, from: number, items: readonly PlanItem[]): Promise<void> {
    const rules = [...new Set(items.map(({ rule }) => rule))];
    const rows = items.map(({ activityId, element, rule }): Row => {
      const { entityTypeId, entityId } = element;
      return [activityId, entityTypeId, entityId, rules.indexOf(rule)];
    });
    const page: StoredPage = { from, rows: JSON.stringify(rows), rules };
    const Item = { portal, id: pageKey(id, from), ...page, expiresAt: this.#expiresAt() };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
  }

  async dropItems(portal: string, id: string, from: number): Promise<void> {
    const ids: string[] = [];
    for await (const { Items = [] } of this.#between(portal, [pageKey(id, from), pageKey(id, LAST)]))
      ids.push(...Items.map((page) => String(page.id)));
    const forget = (page: string) =>
      this.#client.send(new DeleteCommand({ TableName: this.#table, Key: { portal, id: page } }));
    for (const part of inParts(ids, PLAN_PAGES_DELETED_AT_ONCE)) await Promise.all(part.map(forget));
  }

  /**
   * The page that holds the item `from` is the last one that begins at it or before. Pages expire one by one: behind one
   * that is gone the numbers of the items would be wrong, so they end there.
   */
  async page(portal: string, id: string, from: number, limit: number): Promise<PlanPage> {
    const items: PlanItem[] = [];
    const first = await this.#lastPageUpTo(portal, id, from);
    if (first === null) return { items, next: null };

    const range = [pageKey(id, first), pageKey(id, LAST)] as const;
    for await (const { Items = [] } of this.#between(portal, range)) {
      for (const page of Items as StoredPage[]) {
        const number = from + items.length;
        if (page.from > number) return partOf(items, from, limit);
        items.push(...itemsOf(page).slice(number - page.from));
      }
      if (items.length > limit) break;
    }
    return partOf(items, from, limit);
  }

  async noteApplied(
    portal: string,
    id: string,
    run: string,
    { done, next }: Pick<Plan, 'done' | 'next'>,
  ): Promise<void> {
    const plan = await this.read(portal, id);
    if (plan === null) return;
    const applied = plan.applied.includes(run) ? plan.applied : [...plan.applied, run];
    const key = { portal, id: planKey(id) };
    await updateItem(this.#client, { table: this.#table, key, set: { applied, done, next }, only: [] });
  }

  async #lastPageUpTo(portal: string, id: string, from: number): Promise<number | null> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        ...this.#range(portal, [pageKey(id, 0), pageKey(id, from)]),
        ScanIndexForward: false,
        Limit: 1,
      }),
    );
    const [page] = Items as StoredPage[];
    return page?.from ?? null;
  }

  #between(portal: string, range: readonly [string, string]) {
    return paginateQuery({ client: this.#client, pageSize: PLAN_PAGES_PER_READ }, this.#range(portal, range));
  }

  #range(portal: string, [first, last]: readonly [string, string]) {
    return {
      TableName: this.#table,
      ConsistentRead: true,
      KeyConditionExpression: 'portal = :portal AND id BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':portal': portal, ':first': first, ':last': last },
    };
  }

  #query(portal: string, prefix: string) {
    return paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'portal = :portal AND begins_with(id, :prefix)',
        ExpressionAttributeValues: { ':portal': portal, ':prefix': prefix },
      },
    );
  }

  #expiresAt(): number {
    return expiresAt(this.#clock.now(), this.#keepDays);
  }
}

const LAST = Number.MAX_SAFE_INTEGER;
const planKey = (id: string): string => `plan:${id}`;
const pageKey = (id: string, from: number): string => `planned:${id}/${String(from).padStart(16, '0')}`;

function itemsOf({ rows, rules }: StoredPage): PlanItem[] {
  return (JSON.parse(rows) as Row[]).map(([activityId, entityTypeId, entityId, rule]) => ({
    activityId,
    element: { entityTypeId, entityId },
    rule: rules[rule] ?? '',
  }));
}

const partOf = (items: readonly PlanItem[], from: number, limit: number): PlanPage => ({
  items: items.slice(0, limit),
  next: items.length > limit ? from + limit : null,
});

type StoredLater = 'run' | 'share' | 'ended' | 'code' | 'next' | 'spared';

/** Plans are written by this file alone. Older ones lack some attributes. */
function planOf(item: Record<string, unknown>): Plan {
  const stored = item as Omit<Plan, StoredLater> & Partial<Pick<Plan, StoredLater>>;
  const { state, createdAt, rules, weighed, items, byRule, applied, done } = stored;
  const {
    run = null,
    share = state === 'ready' ? 1 : null,
    ended: end = null,
    code = null,
    next = done,
    spared = 0,
  } = stored;
  const id = stored.id.slice(planKey('').length);
  const ended = end === null ? null : readRunEnd(end);
  return { id, run, state, ended, code, createdAt, rules, share, weighed, items, spared, byRule, applied, done, next };
}
