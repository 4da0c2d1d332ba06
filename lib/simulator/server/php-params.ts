import type { Params } from '../method.ts';

/**
 * A PHP array while it is being filled: keys in order of arrival, `[]` takes the next free index.
 * A Map, so that a key such as `__proto__` is a key like any other.
 */
type PhpArray = Map<string, PhpArray | string>;

/** `a[b][]=x&c=y` as PHP's parse_str reads it (B§1.1). */
export function parsePhpQuery(query: string): Params {
  const pairs = query.split('&').filter((pair) => pair !== '');
  return phpParams(
    pairs.map((pair) => {
      const cut = pair.indexOf('=');
      return cut === -1 ? [decode(pair), ''] : [decode(pair.slice(0, cut)), decode(pair.slice(cut + 1))];
    }),
  );
}

/** Named values, as of a form, with the brackets in their names resolved. */
export function phpParams(pairs: ReadonlyArray<readonly [name: string, value: string]>): Params {
  const root: PhpArray = new Map();
  for (const [name, value] of pairs) {
    const path = pathOf(name);
    if (path) put(root, path, value);
  }
  return Object.fromEntries([...root].map(([key, value]) => [key, plain(value)]));
}

/** PHP decodes byte by byte; invalid UTF-8 and broken escapes stay readable instead of failing. */
function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    const bytes = spaced.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString('utf8');
  }
}

/** `a[b][]` → a, b, ''. Dots and blanks of the first part become underscores; text after a broken bracket is dropped. */
function pathOf(name: string): string[] | null {
  const trimmed = name.replace(/^ +/, '');
  const open = trimmed.indexOf('[');
  if (trimmed === '' || open === 0) return null;
  const root = (open === -1 ? trimmed : trimmed.slice(0, open)).replaceAll(/[ .]/g, '_');
  if (open === -1) return [root];
  if (!trimmed.includes(']', open)) return [`${root}_${trimmed.slice(open + 1)}`];
  const inner = /^(?:\[[^\]]*\])+/.exec(trimmed.slice(open))?.[0] ?? '';
  return [root, ...inner.slice(1, -1).split('][')];
}

function put(array: PhpArray, path: readonly string[], value: string): void {
  const [first = '', ...rest] = path;
  const key = first === '' ? nextIndex(array) : first;
  if (rest.length === 0) {
    array.set(key, value);
    return;
  }
  const existing = array.get(key);
  const child: PhpArray = existing instanceof Map ? existing : new Map();
  array.set(key, child);
  put(child, rest, value);
}

function nextIndex(array: PhpArray): string {
  // PHP treats only canonical numbers as indexes: 01 stays a text.
  const indexes = [...array.keys()].filter((key) => /^(0|[1-9]\d*)$/.test(key)).map(Number);
  return String(Math.max(-1, ...indexes) + 1);
}

/** PHP has one kind of array; with the keys 0..n-1 in order it becomes a JSON array. */
function plain(value: PhpArray | string): unknown {
  if (typeof value === 'string') return value;
  const entries = [...value].map(([key, item]) => [key, plain(item)] as const);
  return entries.every(([key], index) => key === String(index))
    ? entries.map(([, item]) => item)
    : Object.fromEntries(entries);
}
