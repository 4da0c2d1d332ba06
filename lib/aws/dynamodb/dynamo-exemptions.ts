import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Element } from '../../bitrix24/crm/element.ts';
import type {
  ActivityExemptions,
  Exemption,
  ExemptionStore,
  Pair,
  RestingPair,
} from '../../cleanup/rules/exemption-store.ts';
import { type Clock, systemClock } from '../../clock.ts';
import { expiresAt } from '../expires-at.ts';
import { KEEP_REFUSALS_DAYS } from '../policy.ts';
import { getItems } from './batch-items.ts';
import { type OwnChangesItem, ownChangesId } from './dynamo-own-changes.ts';
import { type Condition, updateItem } from './update-item.ts';

const EXEMPT = 'exempt:';
const REFUSED = 'refused:';
/** Beside the elements of older items of refusals: when we changed the activity ourselves, ms. */
const OWN_CHANGE = 'ownChange';

const ANSWERED_AT: keyof OwnChangesItem = 'answeredAt';

type ExemptionItem = { readonly portal: string; readonly id: string } & { readonly [attribute: string]: unknown };
type Change = { readonly set: { readonly [attribute: string]: unknown }; readonly remove?: readonly string[] };

/**
 * Two items per activity beside the outcomes, `exempt:<activity>` and `refused:<activity>`, with one attribute per element:
 * writers change only that attribute. They have no `at`, so they are in no list of outcomes.
 */
export class DynamoExemptions implements ExemptionStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #clock: Clock;

  constructor(client: DynamoDBDocumentClient, { table, clock = systemClock }: { table: string; clock?: Clock }) {
    this.#client = client;
    this.#table = table;
    this.#clock = clock;
  }

  async of(portal: string, activityIds: readonly number[]): Promise<ReadonlyMap<number, ActivityExemptions>> {
    const items = await this.#read(
      portal,
      [EXEMPT, REFUSED].flatMap((kind) => activityIds.map((id) => `${kind}${id}`)),
    );
    const refused = items.filter(({ id }) => id.startsWith(REFUSED)).map(({ id }) => ownChangesId(activityOf(id)));
    const all = refused.length === 0 ? items : [...items, ...(await this.#read(portal, refused))];
    return new Map([...Map.groupBy(all, ({ id }) => activityOf(id))].map(([id, own]) => [id, exemptionsIn(own)]));
  }

  async noteRefused(portal: string, pairs: readonly Pair[], at: number): Promise<void> {
    const expiry = expiresAt(at, KEEP_REFUSALS_DAYS);
    await this.#perActivity(portal, REFUSED, pairs, (elements) => ({
      set: { ...Object.fromEntries(elements.map((element) => [attributeOf(element), at])), expiresAt: expiry },
    }));
  }

  async exempt(portal: string, pairs: readonly Pair[], run: string, at: number): Promise<void> {
    await this.#perActivity(portal, EXEMPT, pairs, (elements) => ({
      set: Object.fromEntries(elements.map((element) => [attributeOf(element), { at, run }])),
    }));
  }

  release(portal: string, pairs: readonly Pair[]): Promise<void> {
    return this.#remove(portal, EXEMPT, pairs);
  }

  forgetRefused(portal: string, pairs: readonly Pair[]): Promise<void> {
    return this.#remove(portal, REFUSED, pairs);
  }

  async *list(portal: string): AsyncIterable<Exemption> {
    for await (const { item, element, value } of this.#marked(portal, EXEMPT)) {
      const run = String(Reflect.get(Object(value), 'run'));
      yield { activityId: activityOf(item.id), element, since: timeOf(value), run };
    }
  }

  /** Expired ones are left out here: DynamoDB removes them up to some days late, and the local one never. */
  async *listResting(portal: string): AsyncIterable<RestingPair> {
    for await (const { item, element, value } of this.#marked(portal, REFUSED)) {
      if (Number(item.expiresAt) * 1000 <= this.#clock.now()) continue;
      yield { activityId: activityOf(item.id), element, since: timeOf(value) };
    }
  }

  async *#marked(portal: string, kind: string) {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'portal = :portal AND begins_with(id, :kind)',
        ExpressionAttributeValues: { ':portal': portal, ':kind': kind },
      },
    );
    for await (const { Items = [] } of pages) {
      for (const item of Items as ExemptionItem[]) {
        for (const [attribute, value] of Object.entries(item)) {
          const element = elementOf(attribute);
          if (element !== null) yield { item, element, value };
        }
      }
    }
  }

  /** An item without elements is harmless, and another writer may be about to add one. */
  async #remove(portal: string, kind: string, pairs: readonly Pair[]): Promise<void> {
    const only: Condition[] = [{ attribute: 'portal', exists: true }];
    const changeOf = (elements: readonly Element[]): Change => ({ set: {}, remove: elements.map(attributeOf) });
    await this.#perActivity(portal, kind, pairs, changeOf, only);
  }

  async #read(portal: string, ids: readonly string[]): Promise<ExemptionItem[]> {
    const keys = [...new Set(ids)].map((id) => ({ portal, id }));
    const access = { client: this.#client, table: this.#table, clock: this.#clock };
    return (await getItems(keys, access)) as ExemptionItem[]; // written by this file alone
  }

  async #perActivity(
    portal: string,
    kind: string,
    pairs: readonly Pair[],
    changeOf: (elements: readonly Element[]) => Change,
    only: readonly Condition[] = [],
  ): Promise<void> {
    const byActivity = Map.groupBy(pairs, ({ activityId }) => activityId);
    await Promise.all(
      [...byActivity].map(([activityId, own]) =>
        updateItem(this.#client, {
          table: this.#table,
          key: { portal, id: `${kind}${activityId}` },
          ...changeOf(own.map(({ element }) => element)),
          only,
        }),
      ),
    );
  }
}

const activityOf = (id: string): number => Number(id.slice(id.indexOf(':') + 1));

/** A name that needs no placeholder in an expression. */
const attributeOf = ({ entityTypeId, entityId }: Element): string => `e${entityTypeId}_${entityId}`;

function elementOf(attribute: string): Element | null {
  const [, entityTypeId, entityId] = /^e(\d+)_(\d+)$/.exec(attribute) ?? [];
  return entityId === undefined ? null : { entityTypeId: Number(entityTypeId), entityId: Number(entityId) };
}

const exemptionsIn = (items: readonly ExemptionItem[]): ActivityExemptions => {
  const changes = items.map((item) => item[item.id.startsWith(REFUSED) ? OWN_CHANGE : ANSWERED_AT]);
  const times = changes.filter((at) => typeof at === 'number');
  const ownChangeAt = times.length > 0 ? Math.max(...times) : null;
  return { exempt: timesIn(items, EXEMPT), refused: timesIn(items, REFUSED), ownChangeAt };
};

/** When each element was noted, ms, by element key. */
function timesIn(items: readonly ExemptionItem[], kind: string): Map<string, number> {
  return new Map(
    items
      .filter(({ id }) => id.startsWith(kind))
      .flatMap((item) => Object.entries(item))
      .flatMap(([attribute, value]) => {
        const element = elementOf(attribute);
        return element === null ? [] : [[`${element.entityTypeId}:${element.entityId}`, timeOf(value)] as const];
      }),
  );
}

const timeOf = (value: unknown): number =>
  typeof value === 'number' ? value : Number(Reflect.get(Object(value), 'at'));
