import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';

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
  | { readonly anyOf: readonly Condition[] }
  | { readonly attribute: string; readonly is: unknown }
  | { readonly attribute: string; readonly isNot: unknown }
  | { readonly attribute: string; readonly exists: boolean }
  /** It does not exist, or is a number up to this. */
  | { readonly attribute: string; readonly atMost: number };

/**
 * Changes the named attributes of one item, or makes the item, and leaves other attributes alone. False: a condition did
 * not hold, and nothing was changed. Every name goes through a placeholder, as many of ours are reserved words.
 */
export const updateItem = (client: DynamoDBDocumentClient, update: ItemUpdate): Promise<boolean> =>
  tryConditionalWrite(() => client.send(commandOf(update, 'NONE')));

/** The same, and returns the item as it is after the change; null: a condition did not hold. */
export const updateAndReadItem = (client: DynamoDBDocumentClient, update: ItemUpdate): Promise<Values | null> =>
  itemOf(client, commandOf(update, 'ALL_NEW'));

async function itemOf(client: DynamoDBDocumentClient, command: UpdateCommand): Promise<Values | null> {
  let item: Values = {};
  const done = await tryConditionalWrite(async () => {
    const { Attributes = {} } = await client.send(command);
    item = Attributes;
  });
  return done ? item : null;
}

function commandOf(update: ItemUpdate, ReturnValues: 'NONE' | 'ALL_NEW'): UpdateCommand {
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

/** Does a conditional write. False: its condition did not hold. */
export async function tryConditionalWrite(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
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
