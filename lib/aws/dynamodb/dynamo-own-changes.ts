import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Element, elementKey } from '../../bitrix24/crm/element.ts';
import type { Arrival, OwnChange, OwnChanges } from '../../cleanup/events/own-changes.ts';
import { type Clock, systemClock } from '../../clock.ts';
import type { LastChange } from '../../jobs/last-changes.ts';
import { expiresAt } from '../expires-at.ts';
import {
  KEEP_OWN_CHANGES_DAYS,
  MOST_CHANGES_KEPT,
  MOST_EXPECTED_CHANGES,
  OWN_CHANGE_EXPECTED_MS,
  PORTAL_CLOCK_SKEW_MS,
} from '../policy.ts';
import { getItems, putItems } from './batch-items.ts';

const ECHO = 'echo:';
export const ownChangesId = (activityId: number): string => `${ECHO}${activityId}`;

/** From when to when, in ms, we were at a change whose event is expected. */
type Span = readonly [from: number, to: number];

/** `last`: our latest change of each binding, by element key. Older items have no more than `spans`. */
export type OwnChangesItem = {
  readonly portal: string;
  readonly id: string;
  readonly spans: readonly Span[];
  readonly last?: { readonly [element: string]: LastChange };
  /** When a request of ours that changed the activity was answered, ms; absent: not known. */
  readonly answeredAt?: number;
  readonly expiresAt: number;
};

/**
 * One item per activity beside the outcomes, `echo:<activity>`. Only the worker that serves the portal reads and writes
 * them, one after the other. They have no `at`, so they are in no list of outcomes.
 */
export class DynamoOwnChanges implements OwnChanges {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #clock: Clock;

  constructor(client: DynamoDBDocumentClient, { table, clock = systemClock }: { table: string; clock?: Clock }) {
    this.#client = client;
    this.#table = table;
    this.#clock = clock;
  }

  async note(portal: string, changes: readonly OwnChange[]): Promise<void> {
    const byActivity = Map.groupBy(changes, ({ activityId }) => activityId);
    const latest = Math.max(...changes.map(({ at }) => at));
    const items = await this.#items(portal, [...byActivity.keys()], latest);
    await putItems(
      items.map((item) => withChanges(item, byActivity.get(activityOf(item)) ?? [])),
      this.#access,
    );
  }

  async lastChange(portal: string, activityId: number, element: Element): Promise<LastChange | null> {
    const [item] = (await getItems([{ portal, id: ownChangesId(activityId) }], this.#access)) as OwnChangesItem[];
    return item?.last?.[elementKey(element)] ?? null;
  }

  async take(portal: string, arrived: ReadonlyMap<number, Arrival>, now: number): Promise<ReadonlySet<number>> {
    const items = (await this.#items(portal, [...arrived.keys()], now)).filter(({ spans }) => spans.length > 0);
    const left = items.map((item) => ({
      ...item,
      spans: item.spans.slice(arrived.get(activityOf(item))?.events ?? 0),
    }));
    if (left.length > 0) await putItems(left, this.#access);
    const explained = items.filter((item) => explains(item.spans, arrived.get(activityOf(item))));
    return new Set(explained.map(activityOf));
  }

  /** The items of these activities, stored or new, with the changes whose events are still expected. */
  async #items(portal: string, activityIds: readonly number[], now: number): Promise<OwnChangesItem[]> {
    const ids = activityIds.map(ownChangesId);
    const keys = ids.map((id) => ({ portal, id }));
    const stored = new Map(((await getItems(keys, this.#access)) as OwnChangesItem[]).map((item) => [item.id, item]));
    return ids.map((id) => {
      const item = stored.get(id) ?? { portal, id, spans: [], expiresAt: 0 };
      return { ...item, spans: item.spans.filter(([, to]) => now - to < OWN_CHANGE_EXPECTED_MS) };
    });
  }

  get #access() {
    return { client: this.#client, table: this.#table, clock: this.#clock };
  }
}

const activityOf = ({ id }: OwnChangesItem): number => Number(id.slice(ECHO.length));

function withChanges(item: OwnChangesItem, changes: readonly OwnChange[]): OwnChangesItem {
  const made = changes.map(
    ({ element, command, status, at }) => [elementKey(element), { command, status, at }] as const,
  );
  const last = Object.entries({ ...item.last, ...Object.fromEntries(made) })
    .toSorted(([, one], [, other]) => one.at - other.at)
    .slice(-MOST_CHANGES_KEPT);
  const answered = changes.flatMap(({ during }) => (during === null ? [] : [during.to]));
  // One event for what one request changed of the activity.
  const unbinding = changes.find(({ status, during }) => status === 'unbound' && during !== null)?.during;
  const spans = unbinding ? [...item.spans, [unbinding.from, unbinding.to] as const] : item.spans;
  return {
    ...item,
    spans: spans.slice(-MOST_EXPECTED_CHANGES),
    last: Object.fromEntries(last),
    ...(answered.length > 0 ? { answeredAt: Math.max(...answered) } : {}),
    expiresAt: expiresAt(Math.max(...changes.map(({ at }) => at)), KEEP_OWN_CHANGES_DAYS),
  };
}

/** Whether our changes explain the events: there are no more events than changes, and each was built during one of them. */
const explains = (spans: readonly Span[], arrival: Arrival | undefined): boolean =>
  arrival !== undefined &&
  spans.length >= arrival.events &&
  arrival.builtAt.every((time) =>
    spans.some(([from, to]) => from - PORTAL_CLOCK_SKEW_MS <= time && time <= to + PORTAL_CLOCK_SKEW_MS),
  );
