import { phpText } from '../crm/php-text.ts';
import { timeOf } from '../crm/portal-time.ts';
import { isRecord, listOf } from './parameter.ts';

/** A filterable field: how it compares, and its value in a row. */
export type Field<Row> = { readonly kind: 'number' | 'text' | 'time' | 'list'; read(row: Row): unknown };

export type Condition<Row> = (row: Row) => boolean;

/** `>=ID` → operator `>=`, name `ID`. The longest prefix counts (B§2.2). */
export function splitKey(key: string): { readonly operator: string; readonly name: string } {
  const [, operator = '', name = ''] = /^(>=|<=|!=%|!%=|=%|%=|!@|!%|!=|>|<|@|%|=|!)?(.*)$/s.exec(key) ?? [];
  return { operator: operator === '' ? '=' : operator, name };
}

/**
 * All conditions of a filter, joined by AND; nested objects with `logic: "OR"` as in crm.item.list. What an unknown field
 * means differs between methods: `onUnknown` throws or returns.
 */
export function conditionsOf<Row>(
  filter: { readonly [key: string]: unknown },
  fieldOf: (name: string) => Field<Row> | undefined,
  onUnknown: (name: string) => void,
): Condition<Row>[] {
  const conditions: Condition<Row>[] = [];
  for (const [key, value] of Object.entries(filter)) {
    if (key.toLowerCase() === 'logic') continue;
    if (/^\d+$/.test(key) && isRecord(value)) {
      conditions.push(joined(value, conditionsOf(value, fieldOf, onUnknown)));
      continue;
    }
    const { operator, name } = splitKey(key);
    const field = fieldOf(name);
    if (field === undefined) onUnknown(name);
    else conditions.push((row) => matches(field, operator, field.read(row), value));
  }
  return conditions;
}

function joined<Row>(group: { readonly [key: string]: unknown }, conditions: Condition<Row>[]): Condition<Row> {
  const any = Object.entries(group).some(([key, value]) => key.toLowerCase() === 'logic' && value === 'OR');
  return any ? (row) => conditions.some((is) => is(row)) : (row) => conditions.every((is) => is(row));
}

function matches<Row>(field: Field<Row>, operator: string, actual: unknown, expected: unknown): boolean {
  if (operator.startsWith('!')) return !matches(field, operator === '!' ? '=' : operator.slice(1), actual, expected);
  if (operator === '@' || (operator === '=' && isRecord(expected))) {
    return listOf(expected).some((one) => equals(field, actual, one));
  }
  if (operator === '=') return equals(field, actual, expected);
  if (operator === '%') return text(actual).includes(text(expected));
  if (operator === '=%' || operator === '%=') return likePattern(text(expected)).test(text(actual));
  const difference = comparable(field, actual) - comparable(field, expected);
  if (operator === '>') return difference > 0;
  if (operator === '>=') return difference >= 0;
  return operator === '<' ? difference < 0 : difference <= 0;
}

/** Lists match by any of their values; text is compared as the database does, without regard to case. */
function equals<Row>(field: Field<Row>, actual: unknown, expected: unknown): boolean {
  if (Array.isArray(actual)) return actual.some((one) => text(one) === text(expected));
  if (field.kind === 'text') return text(actual) === text(expected);
  return comparable(field, actual) === comparable(field, expected);
}

function comparable<Row>(field: Field<Row>, value: unknown): number {
  if (field.kind === 'time') return timeOf(value);
  return value === null || value === '' || value === undefined ? 0 : Number(value);
}

const text = (value: unknown): string => phpText(value).toLowerCase();

function likePattern(pattern: string): RegExp {
  const source = pattern
    .split('%')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 's');
}
