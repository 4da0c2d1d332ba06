import * as z from 'zod/mini';
import { elementType } from './element-type.ts';

export const STAGES = ['process', 'success', 'failed'] as const;
/** What a stage means, never its code (B§2.3). */
export type Stage = (typeof STAGES)[number];

const oneOrMore = <T extends z.ZodMiniType>(one: T) =>
  z.pipe(
    z.union([one, z.array(one).check(z.minLength(1))]),
    z.transform((value): z.infer<T>[] => (Array.isArray(value) ? value : [value])),
  );

const id = z.int().check(z.minimum(0));
/** A hundred years: the date that many days ago is still a valid one. */
export const MOST_DAYS = 36_500;
const days = z.number().check(z.minimum(0), z.maximum(MOST_DAYS));
/** Either those listed, or all but those. */
const selection = z.union([
  z.strictObject({ include: z.array(id).check(z.minLength(1)) }),
  z.strictObject({ exclude: z.array(id).check(z.minLength(1)) }),
]);

/**
 * A predicate over *(element, activity)* (D§6): the activity is unbound from the element if every condition holds. A
 * condition that is left out is not checked.
 */
export const ruleSchema = z.strictObject({
  name: z.string().check(z.regex(/^[\w-]{1,64}$/)),
  /** What the rule is for, for people. */
  description: z.optional(z.string().check(z.maxLength(200))),
  enabled: z._default(z.boolean(), true),
  element: elementType,
  when: z._default(
    z.strictObject({
      stage: z.optional(oneOrMore(z.enum(STAGES))),
      pipelines: z.optional(selection),
      /** Days since the element entered the stage in which it is closed. */
      closedForDays: z.optional(days),
      responsible: z.optional(selection),
      /** The element no longer exists. */
      missing: z.optional(z.literal(true)),
      /** The activity is also bound to an element of one of these types. */
      alsoBoundTo: z._default(z.array(elementType), []),
    }),
    { alsoBoundTo: [] },
  ),
  activities: z._default(
    z.strictObject({
      completed: z.optional(z.boolean()),
      /** `call`, `email`, `meeting`, `todo`, `task`, or a provider's id. */
      types: z._default(z.array(z.string().check(z.minLength(1))), []),
      /** Days since the activity was created. */
      olderThanDays: z.optional(days),
      responsible: z.optional(selection),
    }),
    { types: [] },
  ),
});

export type Rule = z.infer<typeof ruleSchema>;
export type Selection = z.infer<typeof selection>;
