/** Why an item of a plan, or of an undo, was left alone: the `code` of its `skipped` outcome, and what it means. */
export const SKIP_CODES = {
  ACTIVITY_GONE: 'the activity does not exist any more, or must not be read',
  ACTIVITY_CHANGED: 'the rule does not match the activity any more',
  ELEMENT_CHANGED: 'the rule does not match the element any more',
  ELEMENT_GONE: 'the element does not exist any more',
  NOT_BOUND: 'the activity is not bound to the element any more',
  NOT_BOUND_ELSEWHERE: 'the activity is not bound any more to what the rule asks for besides',
  LAST_BINDING: 'it is the last binding of the activity by now',
  EXEMPT: 'a person has bound it again: exempt from rules until released',
  RESTING: 'Bitrix24 has refused it, and nothing has changed since',
  UNREADABLE: 'it could not be read, so nobody knows whether it still holds: it was left as it is',
  NOT_UNBOUND: 'it was not unbound there, so there is nothing to bind again',
  TOO_MANY_BINDINGS: 'the activity has 100 bindings already; Bitrix24 keeps no more',
} as const satisfies { readonly [code: string]: string };

export type SkipCode = keyof typeof SKIP_CODES;
