import * as z from 'zod/mini';
import { typeIdOf } from '../bitrix24/parse-element.ts';

/** The type of an element by name (`deal`, `smart_invoice`, `dynamic_147`), kept as its id. */
const elementType = z.pipe(
  z.string(),
  z.transform((name, context) => {
    const id = typeIdOf(name.toUpperCase());
    if (id !== null) return id;
    context.issues.push({
      code: 'custom',
      message: 'must be lead, deal, contact, company, quote, smart_invoice or dynamic_<type id>',
      input: name,
    });
    return z.NEVER;
  }),
);

/**
 * A predicate over *(element, activity)* (D§6). `stage` is the semantics, never a stage code (B§2.3).
 * An absent condition is no condition.
 */
const ruleSchema = z.strictObject({
  name: z.string().check(z.regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, "-" or "_"')),
  enabled: z._default(z.boolean(), true),
  element: elementType,
  when: z._default(
    z.strictObject({
      stage: z.optional(z.enum(['process', 'success', 'failed'])),
      alsoBoundTo: z._default(z.array(elementType), []),
    }),
    { alsoBoundTo: [] },
  ),
  activities: z._default(
    z.strictObject({
      completed: z.optional(z.boolean()),
      types: z._default(z.array(z.string().check(z.minLength(1))), []),
      olderThanDays: z.optional(z.number().check(z.minimum(0))),
    }),
    { types: [] },
  ),
});

export type Rule = z.infer<typeof ruleSchema>;
export type Stage = NonNullable<Rule['when']['stage']>;

export type RulesReading =
  | { readonly kind: 'rules'; readonly rules: readonly Rule[] }
  | { readonly kind: 'rejected'; readonly problems: readonly string[] };

/** Reads a portal's list of rules. Problems name the rule, the field and what is accepted. */
export function readRules(json: string): RulesReading {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { kind: 'rejected', problems: ['The rules are not JSON. They are a list: [{"name": …, "element": …}, …]'] };
  }
  const parsed = z.array(ruleSchema).safeParse(value);
  if (!parsed.success)
    return { kind: 'rejected', problems: parsed.error.issues.map((issue) => problemOf(issue, value)) };

  const names = parsed.data.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined
    ? { kind: 'rules', rules: parsed.data }
    : { kind: 'rejected', problems: [`Two rules are named "${twice}". Give each rule a name of its own.`] };
}

function problemOf(issue: { path: PropertyKey[]; message: string }, value: unknown): string {
  const [index, ...field] = issue.path;
  if (typeof index !== 'number') return 'The rules are a list: [{"name": …, "element": …}, …]';
  const rule: unknown = Array.isArray(value) ? value[index] : undefined;
  const name: unknown = typeof rule === 'object' && rule !== null ? Reflect.get(rule, 'name') : undefined;
  const which = typeof name === 'string' ? `Rule "${name}"` : `Rule number ${index + 1}`;
  return `${which}, ${field.length > 0 ? `field "${field.join('.')}"` : 'as a whole'}: ${issue.message}`;
}

/** Shipped, inactive until switched on (D§6). */
export const DEFAULT_RULES = [
  {
    name: 'lost-deals',
    enabled: false,
    element: 'deal',
    when: { stage: 'failed' },
    activities: { completed: true },
  },
] as const;
