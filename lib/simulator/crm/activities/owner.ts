import { COMPANY, CONTACT, type Ref } from '../elements/entity-types.ts';

/**
 * The owner an activity gets when its bindings are written (B§2.1): the only one; else the last that is neither a contact
 * nor a company; else the first. Recomputed every time, whatever the owner was before.
 */
export function ownerOf(bindings: readonly Ref[]): Ref | undefined {
  const others = bindings.filter(({ entityTypeId }) => entityTypeId !== CONTACT && entityTypeId !== COMPANY);
  return others.at(-1) ?? bindings[0];
}
