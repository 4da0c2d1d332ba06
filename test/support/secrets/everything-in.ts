import { inspect } from 'node:util';

/** Everything that could be printed of a value, above all of an error: its text, stack and JSON, and whatever it carries. */
export function everythingIn(value: unknown): string {
  const { stack, message } = value instanceof Error ? value : { stack: '', message: '' };
  const whole = { depth: 30, showHidden: true, maxArrayLength: null, maxStringLength: null, getters: true } as const;
  return [String(value), stack, message, jsonOf(value), inspect(value, whole), ...bytesIn(value, new Set())].join('\n');
}

function jsonOf(value: unknown): string {
  const seen = new Set<unknown>();
  const once = (_name: string, inner: unknown): unknown => {
    if (typeof inner === 'bigint') return String(inner);
    if (typeof inner !== 'object' || inner === null) return inner;
    if (seen.has(inner)) return undefined;
    seen.add(inner);
    return inner;
  };
  try {
    return JSON.stringify(value, once) ?? '';
  } catch {
    return '';
  }
}

/** Buffers print as numbers; this returns the text they hold. */
function* bytesIn(value: unknown, seen: Set<unknown>): Generator<string> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Uint8Array) {
    yield Buffer.from(value).toString('latin1');
    return;
  }
  for (const key of Reflect.ownKeys(value)) {
    const { value: inner } = Reflect.getOwnPropertyDescriptor(value, key) ?? {};
    yield* bytesIn(inner, seen);
  }
}
