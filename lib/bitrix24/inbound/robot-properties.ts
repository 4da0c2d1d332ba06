import { ACTIVITY_TYPES } from '../crm/activity.ts';
import type { Element } from '../crm/element.ts';
import { parseElement } from '../crm/parse-element.ts';
import { parseId } from '../crm/parse-id.ts';
import { MOST_NAMED_ACTIVITIES } from '../policy.ts';
import { type Form, textsOf } from './form.ts';

/** What the designer of a rule asked for (D§7). */
export type RobotRequest = {
  readonly kind: 'understood';
  readonly activities: readonly number[] | 'all';
  /** null: the element that the workflow runs on. */
  readonly element: Element | null;
  readonly filter: { readonly types: readonly string[]; readonly completedOnly: boolean } | null;
};

/** Told to the designer in the answer to the workflow. Names the property, never its value. */
export type NotUnderstood = { readonly kind: 'not_understood'; readonly notUnderstood: string };

const TYPES = new Set([...Object.values(ACTIVITY_TYPES), 'todo']);
const PROVIDER_ID = /^[A-Z][A-Z0-9_.]{2,63}$/;
/** Cannot backtrack, as no bracket stands before the first one. */
const TITLED = /^([^[\]]*)\[([^[\]]+)\]$/;
const WRAPPING = new Set([' ', '\t', '\r', '"', "'", '[', ']']);
const YES = new Set(['Y', 'YES', 'TRUE', '1']);
const NO = new Set(['N', 'NO', 'FALSE', '0', '']);

/**
 * Reads the robot's properties as designers and workflow variables write them. An empty property has its default. One that
 * cannot be read never counts as empty, since an empty `activity_id` means all activities.
 */
export function robotProperties(properties: Form): RobotRequest | NotUnderstood {
  const activities = activitiesIn(properties);
  if (activities === null) {
    return notUnderstood(
      `activity_id must hold up to ${MOST_NAMED_ACTIVITIES} ids of activities (whole numbers), or be empty`,
    );
  }
  const element = elementIn(properties);
  if (element === 'unclear') {
    return notUnderstood('element must name one CRM element, such as DEAL_12, D_12, 2:12 or deal:12, or be empty');
  }
  const types = typesIn(properties);
  if (types === null) {
    return notUnderstood('activity_types must hold call, email, meeting, task, todo or provider ids, or be empty');
  }
  const completedOnly = flagIn(properties);
  if (completedOnly === null) return notUnderstood('completed_only must be Y or N, or be empty');

  const filter = types.length > 0 || completedOnly ? { types, completedOnly } : null;
  return { kind: 'understood', activities, element, filter };
}

const notUnderstood = (message: string): NotUnderstood => ({ kind: 'not_understood', notUnderstood: message });

function activitiesIn(properties: Form): readonly number[] | 'all' | null {
  const items = itemsOf(properties.activity_id);
  if (items === null) return null;

  const ids = items.flatMap(idsIn);
  const known = ids.filter((id) => id !== null);
  if (known.length < ids.length) return null;
  const distinct = [...new Set(known)];
  if (distinct.length > MOST_NAMED_ACTIVITIES) return null;
  return distinct.length === 0 ? 'all' : distinct;
}

/**
 * `999`, `"999"`, `[999]`, `12 13`, or a title followed by the id: `Call with Anna [999]`. Null where an id cannot be read.
 */
function idsIn(item: string): (number | null)[] {
  const [, title = '', id] = TITLED.exec(item) ?? [];
  // A title of digits alone may be an id that somebody meant.
  const name = unwrapped(title);
  if (name !== '') return [/^[\d\s]+$/.test(name) ? null : parseId(id)];

  const tokens = unwrapped(item).split(/\s+/);
  return tokens.map((token) => parseId(unwrapped(token)));
}

function elementIn(properties: Form): Element | null | 'unclear' {
  const items = itemsOf(properties.element);
  if (items === null) return 'unclear';

  const named = items.map((item) => unwrapped(TITLED.exec(item)?.[2] ?? item)).filter((name) => name !== '');
  const elements = new Map(named.map((name) => [name, parseElement(name)]));
  const [first, ...others] = elements.values();
  if (first === undefined) return null;
  const same = others.every(
    (other) => other?.entityTypeId === first?.entityTypeId && other?.entityId === first?.entityId,
  );
  return first !== null && same ? first : 'unclear';
}

function typesIn(properties: Form): readonly string[] | null {
  const items = itemsOf(properties.activity_types);
  if (items === null) return null;

  const types = items
    .flatMap((item) => unwrapped(item).split(/\s+/))
    .map(unwrapped)
    .filter((name) => name !== '')
    .map(typeOf);
  const known = types.filter((type) => type !== null);
  return known.length < types.length ? null : [...new Set(known)];
}

/** The type as in `Activity.type`, or a provider's id (B§2.2). */
function typeOf(name: string): string | null {
  const plain = name.toLowerCase().replace('-', '');
  if (TYPES.has(plain)) return plain;
  return ACTIVITY_TYPES[name] ?? (PROVIDER_ID.test(name) ? name : null);
}

function flagIn(properties: Form): boolean | null {
  const items = itemsOf(properties.completed_only);
  if (items === null) return null;

  const flags = items.map((item) => unwrapped(item).toUpperCase());
  if (flags.every((flag) => NO.has(flag))) return false;
  return flags.every((flag) => YES.has(flag)) ? true : null;
}

/**
 * The single values of a property, which is a text with commas, a list, or a list of such texts. Null when it is anything
 * else.
 */
function itemsOf(value: Form[string] | undefined): string[] | null {
  const texts = value === undefined ? [] : textsOf(value);
  if (texts === undefined) return null;
  return texts
    .flatMap((text) => text.split(/[,;\n]/))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

/**
 * The value without the quotes and brackets that lists and expressions leave around it. A loop: a pattern would be
 * quadratic.
 */
function unwrapped(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && WRAPPING.has(text.charAt(start))) start += 1;
  while (end > start && WRAPPING.has(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
