import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Arrival, OwnChange, OwnChanges } from '../../cleanup/events/own-changes.ts';
import { type Clock, systemClock } from '../../clock.ts';
import { MOST_EXPECTED_CHANGES, OWN_CHANGE_EXPECTED_MS, PORTAL_CLOCK_SKEW_MS } from '../policy.ts';
import { getItems, putItems } from './batch-items.ts';

const ECHO = 'echo:';

/** From when to when, in ms, we were at a change whose event is expected. */
type Span = readonly [from: number, to: number];
type OwnChangeItem = { readonly portal: string; readonly id: string; readonly spans: readonly Span[] };

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

  async expect(portal: string, activityIds: readonly number[], { from, to }: OwnChange): Promise<void> {
    const expected = await this.#expected(portal, activityIds, to);
    const more = [...expected].map(
      ([id, spans]) => [id, [...spans, [from, to] as const].slice(-MOST_EXPECTED_CHANGES)] as const,
    );
    await this.#write(portal, new Map(more));
  }

  async take(portal: string, arrived: ReadonlyMap<number, Arrival>, now: number): Promise<ReadonlySet<number>> {
    const all = await this.#expected(portal, [...arrived.keys()], now);
    const expected = [...all].filter(([, spans]) => spans.length > 0);
    const eventsOf = (activityId: number): number => arrived.get(activityId)?.events ?? 0;
    await this.#write(portal, new Map(expected.map(([id, spans]) => [id, spans.slice(eventsOf(id))])));
    const explained = expected.filter(([id, spans]) => explains(spans, arrived.get(id)));
    return new Set(explained.map(([id]) => id));
  }

  async #expected(portal: string, activityIds: readonly number[], now: number): Promise<Map<number, readonly Span[]>> {
    const ids = [...new Set(activityIds)];
    const keys = ids.map((id) => ({ portal, id: `${ECHO}${id}` }));
    const items = (await getItems(keys, this.#access)) as OwnChangeItem[]; // written by this file alone
    const stored = new Map(items.map(({ id, spans }) => [Number(id.slice(ECHO.length)), spans]));
    return new Map(ids.map((id) => [id, (stored.get(id) ?? []).filter(([, to]) => now - to < OWN_CHANGE_EXPECTED_MS)]));
  }

  async #write(portal: string, expected: ReadonlyMap<number, readonly Span[]>): Promise<void> {
    const items = [...expected].map(([activityId, spans]) => ({
      portal,
      id: `${ECHO}${activityId}`,
      spans,
      expiresAt: Math.ceil((Math.max(0, ...spans.map(([, to]) => to)) + OWN_CHANGE_EXPECTED_MS) / 1000),
    }));
    if (items.length > 0) await putItems(items, this.#access);
  }

  get #access() {
    return { client: this.#client, table: this.#table, clock: this.#clock };
  }
}

/** Whether our changes explain the events: there are no more events than changes, and each was built during one of them. */
const explains = (spans: readonly Span[], arrival: Arrival | undefined): boolean =>
  arrival !== undefined &&
  spans.length >= arrival.events &&
  arrival.builtAt.every((time) =>
    spans.some(([from, to]) => from - PORTAL_CLOCK_SKEW_MS <= time && time <= to + PORTAL_CLOCK_SKEW_MS),
  );
