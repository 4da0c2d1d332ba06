import { phpText } from '../crm/php-text.ts';

/**
 * A body as PHP's http_build_query writes it (B§5.2): brackets percent-encoded, spaces as `+`, true and false as 1 and 0;
 * null and empty arrays are left out.
 */
export function formBody(fields: { readonly [name: string]: unknown }): string {
  return pairsOf(fields, '')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

function pairsOf(value: unknown, name: string): [string, string][] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'object') {
    return Object.entries(value).flatMap(([key, inner]) => pairsOf(inner, name === '' ? key : `${name}[${key}]`));
  }
  return [[name, value === false ? '0' : phpText(value)]];
}

/** PHP's urlencode: encodes everything but letters, digits and `-_.`. */
const encode = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, '+');
