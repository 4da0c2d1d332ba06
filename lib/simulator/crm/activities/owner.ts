import { COMPANY, CONTACT, type Ref } from '../elements/entity-types.ts';

/**
 * The owner of an activity, computed whenever its bindings are written (B§2.1): the only binding; else the last one that is
 * neither a contact nor a company; else the first. The earlier owner does not matter.
 */
export function ownerOf(bindings: readonly Ref[]): Ref | undefined {
  const others = bindings.filter(({ entityTypeId }) => entityTypeId !== CONTACT && entityTypeId !== COMPANY);
  return others.at(-1) ?? bindings[0];
}
