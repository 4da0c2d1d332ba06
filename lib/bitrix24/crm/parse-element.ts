import { type Element, elementKey } from './element.ts';
import { parseId } from './parse-id.ts';

/** B§2.3: the types that have a name of their own. */
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

/** Looked at before it is put into upper case: some letters outside of ASCII become S or I there. */
const NAMED = /^([A-Z][A-Z0-9_]{0,30})[:_](\d{1,16})$/i;
const NUMBERED = /^(\d{1,16}):(\d{1,16})$/;
const DYNAMIC = /^DYNAMIC_(\d{1,16})$/;
const SHORT_DYNAMIC = /^T([0-9A-F]{1,12})$/;

/** Smart processes; there is no upper bound (B§2.3). 192–255 are the shadows of the recycle bin. */
const isDynamic = (typeId: number): boolean => (typeId >= 128 && typeId <= 191) || typeId >= 1030;

/** An element as a person, a designer or Bitrix24 writes it: `deal:1`, `2:1`, `DEAL_1`, `D_1`, `DYNAMIC_147_1`, `T93_1`. */
export function parseElement(text: string): Element | null {
  const trimmed = text.trim();

  const numbered = NUMBERED.exec(trimmed);
  if (numbered !== null) return elementOf(parseId(numbered[1]), numbered[2]);

  const named = NAMED.exec(trimmed);
  return named === null ? null : elementOf(typeIdOf((named[1] ?? '').toUpperCase()), named[2]);
}

/** The element for people, and accepted by `parseElement`: `deal:1`, `smart_invoice:3`, `dynamic_147:1`, otherwise `6:1`. */
export function elementName(element: Element): string {
  const symbol = SYMBOL_BY_ID.get(element.entityTypeId)?.toLowerCase();
  if (symbol !== undefined) return `${symbol}:${element.entityId}`;
  return isDynamic(element.entityTypeId) ? `dynamic_${elementKey(element)}` : elementKey(element);
}

/** The type's id for its symbol, its short symbol or a smart process's names, in upper case; null when there is none. */
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
