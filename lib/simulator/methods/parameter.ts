import { phpText } from '../crm/php-text.ts';
import { MethodError, type Params } from '../method.ts';

/**
 * An integer parameter of a new-style controller (B§2.1, code `100`): names are case-sensitive (B§1.1), a string of digits
 * counts as a number.
 */
export function integerParam(params: Params, name: string): number {
  const value = params[name];
  if (value === undefined || value === null) {
    throw new MethodError('100', `Could not find value for parameter {${name}}`);
  }
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) return Number(value);
  const shown = typeof value === 'object' ? 'array' : phpText(value);
  throw new MethodError(
    '100',
    `Invalid value {${shown}} to match with parameter {${name}}. Should be value of type int.`,
  );
}

/** An object (or PHP array) parameter of a new-style controller; missing means empty. */
export function arrayParam(params: Params, name: string): { readonly [key: string]: unknown } {
  const value = params[name];
  if (value === undefined || value === null) return {};
  if (isRecord(value)) return value;
  throw new MethodError(
    '100',
    `Invalid value {${phpText(value)}} to match with parameter {${name}}. Should be value of type array.`,
  );
}

export const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null;

/** The values of a PHP array, which arrives as a list or, from bracketed names, as an object. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isRecord(value)) return Object.values(value);
  return value === undefined || value === null || value === '' ? [] : [value];
}

/** Parameters of legacy methods, whose names are case-insensitive (B§6.1, array_change_key_case in the source). */
export function upperKeys(params: Params): Params {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name.toUpperCase(), value]));
}

/** PHP's empty(). */
export const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === '' ||
  value === 0 ||
  value === '0' ||
  (isRecord(value) && Object.keys(value).length === 0);
