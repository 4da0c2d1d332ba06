/** Why an item of a plan or an undo was left alone: the `code` of its `skipped` outcome, with its meaning. */
export const SKIP_CODES = {
  ACTIVITY_GONE: 'the activity no longer exists, or may not be read',
  ACTIVITY_CHANGED: 'the rule no longer matches the activity',
  ELEMENT_CHANGED: 'the rule no longer matches the element',
  ELEMENT_GONE: 'the element no longer exists',
  NOT_BOUND: 'the activity is no longer bound to the element',
  NOT_BOUND_ELSEWHERE: 'the activity is no longer bound to the other element that the rule asks for',
  LAST_BINDING: 'it is now the last binding of the activity',
  EXEMPT: 'an undo has bound it again: exempt from rules until released',
  RESTING: 'Bitrix24 refused it before, and nothing has changed since',
  UNREADABLE: 'it could not be read, so it was left as it is',
  NOT_UNBOUND: 'it was not unbound there, so there is nothing to undo',
  TOO_MANY_BINDINGS: 'the activity already has 100 bindings, and Bitrix24 keeps no more',
} as const satisfies { readonly [code: string]: string };

export type SkipCode = keyof typeof SKIP_CODES;
