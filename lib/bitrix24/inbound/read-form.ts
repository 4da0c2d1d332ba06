import { MOST_BODY_BYTES, MOST_BRACKETS, MOST_FORM_FIELDS } from '../policy.ts';
import type { Form } from './form.ts';

/** Why a body is not accepted (D§5). */
export type FormProblem =
  | 'too_large'
  | 'content_type'
  | 'encoding'
  | 'too_many_pairs'
  | 'too_deep'
  | 'forbidden_name'
  | 'broken_brackets'
  | 'conflicting_names';

export type FormReading =
  | { readonly kind: 'form'; readonly form: Form }
  | { readonly kind: 'rejected'; readonly reason: FormProblem };

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;.*)?$/i;
const NAME = /^[^[\]]+(?:\[[^[\]]*\])*$/;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

type Group = { [name: string]: string | Group };
/** The next index of each group. Searching a group for it at every item would take quadratic time. */
type NextIndexes = Map<Group, number>;
type Pair = { readonly path: readonly string[]; readonly value: string };

/**
 * Reads the body of an inbound call (B§5.2, B§6.2): form fields with PHP's brackets, within the limits of D§5, in linear
 * time. As in PHP, the last of two equal names counts, and `[]` takes the next number.
 */
export function readForm(body: Uint8Array, contentType: string | undefined): FormReading {
  if (body.byteLength > MOST_BODY_BYTES) return rejected('too_large');
  if (contentType === undefined || !FORM_TYPE.test(contentType.trim())) return rejected('content_type');

  const text = utf8(body);
  if (text === null) return rejected('encoding');

  const fields = text.split('&').filter((field) => field !== '');
  if (fields.length > MOST_FORM_FIELDS) return rejected('too_many_pairs');

  const form = emptyGroup();
  const next: NextIndexes = new Map();
  for (const field of fields) {
    const pair = pairOf(field);
    if (typeof pair === 'string') return rejected(pair);
    if (!put(form, next, pair)) return rejected('conflicting_names');
  }
  return { kind: 'form', form };
}

const rejected = (reason: FormProblem): FormReading => ({ kind: 'rejected', reason });

function utf8(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return null;
  }
}

function pairOf(field: string): Pair | FormProblem {
  const equals = field.indexOf('=');
  const name = decoded(equals < 0 ? field : field.slice(0, equals));
  const value = decoded(equals < 0 ? '' : field.slice(equals + 1));
  if (name === null || value === null) return 'encoding';
  if (!NAME.test(name)) return 'broken_brackets';

  const path = name.replaceAll(']', '').split('[');
  if (path.length - 1 > MOST_BRACKETS) return 'too_deep';
  if (path.some((part) => FORBIDDEN.has(part))) return 'forbidden_name';
  return { path, value };
}

/** Null when the percent signs do not spell valid UTF-8. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** Puts a field into the form. False when its name stands for both a text and a group. */
function put(form: Group, next: NextIndexes, { path, value }: Pair): boolean {
  let group = form;
  for (const part of path.slice(0, -1)) {
    const name = nameIn(group, next, part);
    const inner = group[name] ?? emptyGroup();
    if (typeof inner === 'string') return false;
    group[name] = inner;
    group = inner;
  }
  const name = nameIn(group, next, path.at(-1) ?? '');
  if (typeof group[name] === 'object') return false;
  group[name] = value;
  return true;
}

/** Without a prototype, so that a name finds only what was sent. */
const emptyGroup = (): Group => Object.create(null);

/** A number as PHP writes it. With more digits than a number holds exactly, it is a name like any other. */
const INDEX = /^(?:0|[1-9]\d{0,14})$/;

/** `[]` takes one more than the largest number so far, so that no item replaces another. */
function nameIn(group: Group, next: NextIndexes, part: string): string {
  const free = next.get(group) ?? 0;
  const name = part === '' ? String(free) : part;
  if (INDEX.test(name)) next.set(group, Math.max(free, Number(name) + 1));
  return name;
}
