import type { Params } from '../method.ts';

/** Results so far, by the names that a reference can start with: `result`, `next`, `total`, `time`, `error`. */
export type Earlier = { readonly [map: string]: { readonly [key: string]: unknown } };

/** Replaces `$result[key][path]` in every parameter with the answers of earlier commands of the batch (B§3). */
export function resolveReferences(params: Params, earlier: Earlier): Params {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, resolve(value, earlier)]));
}

function resolve(value: unknown, earlier: Earlier): unknown {
  if (typeof value === 'string') return resolveText(value, earlier);
  if (Array.isArray(value)) return value.map((item: unknown) => resolve(item, earlier));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolve(item, earlier)]));
}

/** A reference extends to the next blank. Alone it can become any type; inside a text only texts and numbers are inserted. */
function resolveText(text: string, earlier: Earlier): unknown {
  const pattern = new RegExp(`\\$(${Object.keys(earlier).join('|')})(\\S*)`, 'gi');
  let resolved = text;
  for (const [reference, map = '', path = ''] of text.matchAll(pattern)) {
    const keys = [...path.matchAll(/\[([^\]]+)\]/g)].map(([, key = '']) => key);
    if (keys.length === 0) continue;
    const found = follow(earlier[map], keys);
    // A copy, since PHP copies arrays: the maps keep growing.
    if (reference === text) return structuredClone(found ?? null);
    if (typeof found === 'string' || typeof found === 'number')
      resolved = resolved.replaceAll(reference, () => String(found));
  }
  return resolved;
}

/** Follows the path as far as it leads: if the rest cannot be resolved, the value reached so far is the result (B§3). */
function follow(start: unknown, keys: readonly string[]): unknown {
  let value = start;
  for (const key of keys) {
    const next: unknown =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
    if (next === undefined || next === null) break;
    value = next;
  }
  return value;
}
