import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { OwnEchoes } from '../cleanup/own-echoes.ts';
import { type Clock, systemClock } from '../clock.ts';
import { getItems, putItems } from './batch-items.ts';

/** Events arrive within seconds, and later when the portal's queue is long. */
const EXPECTED_FOR_MS = 600_000;
/** One item is small. Whoever changes an activity more often has its later echoes looked at. */
const MOST_EXPECTED = 50;

const ECHO = 'echo:';

/** `times`: of our changes whose event is expected, ms, in their order. */
type EchoItem = { readonly portal: string; readonly id: string; readonly times: readonly number[] };

/**
 * One item per activity beside the outcomes, `echo:<activity>`. Only the worker that serves the portal reads and writes them,
 * one after the other. They have no `at`, so they are in no list of outcomes.
 */
export class DynamoOwnEchoes implements OwnEchoes {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #clock: Clock;

  constructor(client: DynamoDBDocumentClient, { table, clock = systemClock }: { table: string; clock?: Clock }) {
    this.#client = client;
    this.#table = table;
    this.#clock = clock;
  }

  async expect(portal: string, activityIds: readonly number[], at: number): Promise<void> {
    const expected = await this.#expected(portal, activityIds, at);
    await this.#write(portal, new Map([...expected].map(([id, times]) => [id, [...times, at].slice(-MOST_EXPECTED)])));
  }

  async take(portal: string, arrived: ReadonlyMap<number, number>, now: number): Promise<ReadonlyMap<number, number>> {
    const all = await this.#expected(portal, [...arrived.keys()], now);
    const expected = new Map([...all].filter(([, times]) => times.length > 0));
    const eventsOf = (activityId: number): number => arrived.get(activityId) ?? 0;
    await this.#write(portal, new Map([...expected].map(([id, times]) => [id, times.slice(eventsOf(id))])));
    const explained = [...expected].filter(([id, times]) => times.length >= eventsOf(id));
    return new Map(explained.map(([id, times]) => [id, Math.max(...times)]));
  }

  async #expected(
    portal: string,
    activityIds: readonly number[],
    now: number,
  ): Promise<Map<number, readonly number[]>> {
    const ids = [...new Set(activityIds)];
    const keys = ids.map((id) => ({ portal, id: `${ECHO}${id}` }));
    const items = (await getItems(keys, this.#access)) as EchoItem[]; // written by this file alone
    const stored = new Map(items.map(({ id, times }) => [Number(id.slice(ECHO.length)), times]));
    return new Map(ids.map((id) => [id, (stored.get(id) ?? []).filter((time) => now - time < EXPECTED_FOR_MS)]));
  }

  async #write(portal: string, expected: ReadonlyMap<number, readonly number[]>): Promise<void> {
    const items = [...expected].map(([activityId, times]) => ({
      portal,
      id: `${ECHO}${activityId}`,
      times,
      expiresAt: Math.ceil((Math.max(0, ...times) + EXPECTED_FOR_MS) / 1000),
    }));
    if (items.length > 0) await putItems(items, this.#access);
  }

  get #access() {
    return { client: this.#client, table: this.#table, clock: this.#clock };
  }
}
