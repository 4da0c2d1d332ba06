import { isDeepStrictEqual } from 'node:util';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';

type Values = { readonly [attribute: string]: unknown };

export type ItemUpdate = {
  readonly table: string;
  readonly key: { readonly [attribute: string]: string };
  readonly set: Values;
  /** Set only where the attribute is missing. */
  readonly setMissing?: Values;
  readonly remove?: readonly string[];
  /** Adds to what is there: a number to a number, members to a set. */
  readonly add?: { readonly [attribute: string]: number | ReadonlySet<number> };
  /** All of these must hold. */
  readonly only: readonly Condition[];
};

/** A condition on one attribute: its value, or whether it exists; or one of several that must hold. */
export type Condition =
  | { readonly attribute: string; readonly is: unknown }
  | { readonly attribute: string; readonly isNot: unknown }
  | { readonly anyOf: readonly Condition[] }
  | { readonly attribute: string; readonly exists: boolean }
  /** It does not exist, or is a number up to this. */
  | { readonly attribute: string; readonly atMost: number };

/** Where an item is, or is to be. */
export type ItemAddress = {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly key: { readonly [attribute: string]: string };
};

/** The value is as it was read; null: there was none. */
export const stillIs = (attribute: string, value: number | null): Condition =>
  value === null ? { attribute, exists: false } : { attribute, is: value };

/**
 * Changes the named attributes of one item, or makes the item, and leaves other attributes alone. False: a condition did
 * not hold, and nothing was changed. Every name goes through a placeholder, as many of ours are reserved words.
 */
export const updateItem = async (client: DynamoDBDocumentClient, update: ItemUpdate): Promise<boolean> =>
  (await itemOf(client, update, 'NONE')) !== null;

/** The same, and returns the item as it is after the change; null: a condition did not hold. */
export const updateAndReadItem = (client: DynamoDBDocumentClient, update: ItemUpdate): Promise<Values | null> =>
  itemOf(client, update, 'ALL_NEW');

/** A condition in the language of DynamoDB, for writes of a whole item. */
export type Expression = {
  readonly expression: string;
  readonly names?: Record<string, string>;
  readonly values?: Values;
};

/** Writes a whole item, if the condition holds. */
export async function putItemIf(address: ItemAddress, item: Values, condition: Expression): Promise<boolean> {
  const { client, table, key } = address;
  const command = new PutCommand({ TableName: table, Item: { ...item, ...key }, ...inputOf(condition) });
  const isDone = (stored: Values) => holds(stored, item);
  return (await tryWrite(address, () => client.send(command), isDone)) !== null;
}

/** Removes an item, if the condition holds. */
export async function deleteItemIf(address: ItemAddress, condition: Expression): Promise<void> {
  const { client, table, key } = address;
  const command = new DeleteCommand({ TableName: table, Key: key, ...inputOf(condition) });
  await tryWrite(
    address,
    () => client.send(command),
    () => false,
  );
}

const inputOf = ({ expression, names, values }: Expression) => ({
  ConditionExpression: expression,
  ExpressionAttributeNames: names,
  ExpressionAttributeValues: values && { ...values },
});

function itemOf(client: DynamoDBDocumentClient, update: ItemUpdate, returned: Returned): Promise<Values | null> {
  const { table, key, set, setMissing = {}, remove = [] } = update;
  const command = commandOf(update, returned);
  return tryWrite(
    { client, table, key },
    () => client.send(command),
    (stored) =>
      holds(stored, set) &&
      Object.keys(setMissing).every((attribute) => stored[attribute] !== undefined) &&
      // What was set tells whose write it was; what was removed may have come back by now.
      (Object.keys(set).length > 0 || remove.every((attribute) => stored[attribute] === undefined)),
  );
}

type Returned = 'NONE' | 'ALL_NEW';

/**
 * Does a conditional write, and returns what it returned, or the item as it is then; null: its condition did not hold. The
 * SDK repeats a request whose answer was lost, and then DynamoDB refuses what it has carried out itself:
 *
 *   put if there is none ─ done ─ ✂ no answer ─ sent again: there is one ─ read: it is as it was to be ─ done
 *
 * Somebody else who has written the same at the same time makes no difference, as then it is as this writer wanted it.
 */
async function tryWrite(
  { client, table, key }: ItemAddress,
  write: () => Promise<{ readonly Attributes?: Values | undefined }>,
  isDone: (stored: Values) => boolean,
): Promise<Values | null> {
  try {
    return (await write()).Attributes ?? {};
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    if ((error.$metadata.attempts ?? 1) === 1) return null;
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }));
    return Item !== undefined && isDone(Item) ? Item : null;
  }
}

/** Whether the stored item has these values. */
const holds = (stored: Values, values: Values): boolean =>
  Object.entries(values).every(([name, value]) => isDeepStrictEqual(stored[name], asStored(value)));

/** The client leaves out what is undefined. */
function asStored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asStored);
  if (typeof value !== 'object' || value === null || value instanceof Set) return value;
  const present = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(present.map(([name, member]) => [name, asStored(member)]));
}

function commandOf(update: ItemUpdate, ReturnValues: Returned): UpdateCommand {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const name = (attribute: string) => {
    names[`#${attribute}`] = attribute;
    return `#${attribute}`;
  };
  const value = (given: unknown) => {
    const placeholder = `:v${Object.keys(values).length}`;
    values[placeholder] = given;
    return placeholder;
  };

  const sets = Object.entries(update.set).map(([attribute, given]) => `${name(attribute)} = ${value(given)}`);
  for (const [attribute, given] of Object.entries(update.setMissing ?? {})) {
    sets.push(`${name(attribute)} = if_not_exists(${name(attribute)}, ${value(given)})`);
  }
  const removes = (update.remove ?? []).map(name);
  const adds = Object.entries(update.add ?? {}).map(([attribute, given]) => `${name(attribute)} ${value(given)}`);
  const conditions = update.only.map((condition) => conditionText(condition, name, value));

  return new UpdateCommand({
    TableName: update.table,
    Key: update.key,
    UpdateExpression: [section('SET', sets), section('REMOVE', removes), section('ADD', adds)].join(' ').trim(),
    ConditionExpression: conditions.length > 0 ? conditions.join(' AND ') : undefined,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: Object.keys(values).length > 0 ? values : undefined,
    ReturnValues,
  });
}

const section = (word: string, parts: readonly string[]): string =>
  parts.length > 0 ? `${word} ${parts.join(', ')}` : '';

function conditionText(
  condition: Condition,
  name: (attribute: string) => string,
  value: (given: unknown) => string,
): string {
  if ('anyOf' in condition) return `(${condition.anyOf.map((one) => conditionText(one, name, value)).join(' OR ')})`;
  const attribute = name(condition.attribute);
  if ('is' in condition) return `${attribute} = ${value(condition.is)}`;
  if ('isNot' in condition) return `${attribute} <> ${value(condition.isNot)}`;
  if ('atMost' in condition) {
    return `(attribute_not_exists(${attribute}) OR ${attribute} <= ${value(condition.atMost)})`;
  }
  return condition.exists ? `attribute_exists(${attribute})` : `attribute_not_exists(${attribute})`;
}
