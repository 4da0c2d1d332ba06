import type { RestParams, RestValue } from './rest-call.ts';

/**
 * Parameters as a query string with PHP's brackets, percent-encoded once (B§1.1, B§3): `fields%5BTITLE%5D=x&ids%5B0%5D=1`.
 * Empty lists and groups disappear; booleans become 1 and 0, null becomes an empty text.
 */
export function phpQuery(params: RestParams): string {
  return Object.entries(params)
    .flatMap(([name, value]) => pairsOf(name, value))
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&');
}

function pairsOf(name: string, value: RestValue): [name: string, value: string][] {
  if (value === null) return [[name, '']];
  if (typeof value === 'boolean') return [[name, value ? '1' : '0']];
  if (typeof value !== 'object') return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, inner]: [string, RestValue]) => pairsOf(`${name}[${key}]`, inner));
}

/** A text that was cut within a character would make the encoding throw. */
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());
