/**
 * A CRM element: what an activity can be bound to. Type ids as in `crm.enum.ownertype`: 1 lead, 2 deal, 3 contact …
 * (B§2.3).
 */
export type Element = { readonly entityTypeId: number; readonly entityId: number };

/** `2:123`: the element as a key, and as an argument on the command line. */
export const elementKey = ({ entityTypeId, entityId }: Element): string => `${entityTypeId}:${entityId}`;

export const sameElement = (one: Element, other: Element): boolean => elementKey(one) === elementKey(other);
