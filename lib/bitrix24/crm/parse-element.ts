import { type Element, elementKey } from './element.ts';
import { parseId } from './parse-id.ts';

/** The types that have a name of their own (B§2.3). */
const TYPES = [
  { id: 1, symbol: 'LEAD', short: 'L' },
  { id: 2, symbol: 'DEAL', short: 'D' },
  { id: 3, symbol: 'CONTACT', short: 'C' },
  { id: 4, symbol: 'COMPANY', short: 'CO' },
  { id: 5, symbol: 'INVOICE', short: 'I' },
  { id: 7, symbol: 'QUOTE', short: 'Q' },
  { id: 8, symbol: 'REQUISITE', short: 'RQ' },
  { id: 14, symbol: 'ORDER', short: 'O' },
  { id: 31, symbol: 'SMART_INVOICE', short: 'SI' },
  { id: 36, symbol: 'SMART_DOCUMENT', short: 'DO' },
  { id: 39, symbol: 'SMART_B2E_DOC', short: 'SBD' },
] as const;

const ID_BY_NAME = new Map<string, number>(
  TYPES.flatMap(({ id, symbol, short }) => [[symbol, id] as const, [short, id]]),
);
const SYMBOL_BY_ID = new Map<number, string>(TYPES.map(({ id, symbol }) => [id, symbol]));

/** Matched before the text is put into upper case, where some letters outside ASCII become S or I. */
const NAMED = /^([A-Z][A-Z0-9_]{0,30})[:_](\d{1,16})$/i;
const NUMBERED = /^(\d{1,16}):(\d{1,16})$/;
const DYNAMIC = /^DYNAMIC_(\d{1,16})$/;
const SHORT_DYNAMIC = /^T([0-9A-F]{1,12})$/;

/** Smart processes (B§2.3). There is no upper bound; 192–255 are what the recycle bin holds. */
const isDynamic = (typeId: number): boolean => (typeId >= 128 && typeId <= 191) || typeId >= 1030;

/**
 * Reads an element as people, rule designers and Bitrix24 write it: `deal:1`, `2:1`, `DEAL_1`, `D_1`, `DYNAMIC_147_1`,
 * `T93_1`.
 */
export function parseElement(text: string): Element | null {
  const trimmed = text.trim();

  const numbered = NUMBERED.exec(trimmed);
  if (numbered !== null) return elementOf(parseId(numbered[1]), numbered[2]);

  const named = NAMED.exec(trimmed);
  return named === null ? null : elementOf(typeIdOf((named[1] ?? '').toUpperCase()), named[2]);
}

/** The element as people read it, and `parseElement` too: `deal:1`, `smart_invoice:3`, `dynamic_147:1`, otherwise `6:1`. */
export function elementName(element: Element): string {
  const symbol = SYMBOL_BY_ID.get(element.entityTypeId)?.toLowerCase();
  if (symbol !== undefined) return `${symbol}:${element.entityId}`;
  return isDynamic(element.entityTypeId) ? `dynamic_${elementKey(element)}` : elementKey(element);
}

/**
 * The id of the type with this symbol or short symbol, in upper case (`DEAL`, `D`, `DYNAMIC_147`, `T93`); null when there
 * is none.
 */
export function typeIdOf(name: string): number | null {
  const known = ID_BY_NAME.get(name);
  if (known !== undefined) return known;

  const decimal = DYNAMIC.exec(name);
  const hex = SHORT_DYNAMIC.exec(name);
  const typeId = decimal !== null ? parseId(decimal[1]) : hex !== null ? Number.parseInt(hex[1] ?? '', 16) : null;
  return typeId !== null && isDynamic(typeId) ? typeId : null;
}

function elementOf(entityTypeId: number | null, id: unknown): Element | null {
  const entityId = parseId(id);
  return entityTypeId === null || entityId === null ? null : { entityTypeId, entityId };
}
