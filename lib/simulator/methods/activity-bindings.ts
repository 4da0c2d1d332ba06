import { writeBindings } from '../crm/activities/binding-write.ts';
import type { Crm } from '../crm/crm-state.ts';
import { type Ref, sameRef } from '../crm/elements/entity-types.ts';
import { mayEdit, mayRead } from '../crm/elements/permissions.ts';
import { type Caller, type MethodContext, MethodError, type Methods, type Params } from '../method.ts';
import { integerParam } from './parameter.ts';
import { entityDenied, notFound, refuseExtranetUser } from './refusals.ts';
import { hasStaleError } from './stale-errors.ts';

/** crm.activity.binding.* (B§2.1). The order of the checks is the documented one; do not reorder. */
export function activityBindingMethods(crm: Crm, context: MethodContext): Methods {
  const write = (activityId: number, list: readonly Ref[], caller: Caller): Promise<true> =>
    writeBindings(crm, context, activityId, list, caller.userId).then(() => true);

  return {
    'crm.activity.binding.list': {
      scope: 'crm',
      run: (params, caller) => readableBindings(crm, params, caller),
    },
    'crm.activity.binding.add': {
      scope: 'crm',
      run: (params, caller) => {
        const { activityId, ref } = oneBinding(crm, params, caller);
        const bindings = bindingsOf(crm, caller, activityId);
        // Source only: a caller who can read none of the bound elements may not bind it [S] controller/activity/binding.php
        if (!bindings.some((bound) => mayRead(crm, caller, bound))) throw entityDenied();
        return write(activityId, withBinding(bindings, ref), caller);
      },
    },
    'crm.activity.binding.delete': {
      scope: 'crm',
      run: (params, caller) => {
        const { activityId, ref } = oneBinding(crm, params, caller);
        const rest = withoutBinding(bindingsOf(crm, caller, activityId), ref);
        // All bindings count, also those the caller cannot see in `.list` (B§2.1)
        if (rest.length === 0) throw lastBinding();
        return write(activityId, rest, caller);
      },
    },
    'crm.activity.binding.move': {
      scope: 'crm',
      run: (params, caller) => {
        const { activityId, source, target } = twoBindings(crm, params, caller);
        const grown = withBinding(bindingsOf(crm, caller, activityId), target);
        return write(activityId, withoutBinding(grown, source), caller);
      },
    },
  };
}

function readableBindings(crm: Crm, params: Params, caller: Caller): Ref[] {
  refuseExtranetUser(crm, caller);
  const activityId = integerParam(params, 'activityId');
  requireActivity(crm, activityId);
  return bindingsOf(crm, caller, activityId).filter((ref) => mayRead(crm, caller, ref));
}

function oneBinding(crm: Crm, params: Params, caller: Caller): { readonly activityId: number; readonly ref: Ref } {
  refuseExtranetUser(crm, caller);
  const activityId = integerParam(params, 'activityId');
  const ref = {
    entityTypeId: integerParam(params, 'entityTypeId'),
    entityId: integerParam(params, 'entityId'),
  };
  requireActivity(crm, activityId);
  if (!mayEdit(crm, caller, ref)) throw entityDenied();
  return { activityId, ref };
}

function twoBindings(
  crm: Crm,
  params: Params,
  caller: Caller,
): { readonly activityId: number; readonly source: Ref; readonly target: Ref } {
  refuseExtranetUser(crm, caller);
  const activityId = integerParam(params, 'activityId');
  const source = {
    entityTypeId: integerParam(params, 'sourceEntityTypeId'),
    entityId: integerParam(params, 'sourceEntityId'),
  };
  const target = {
    entityTypeId: integerParam(params, 'targetEntityTypeId'),
    entityId: integerParam(params, 'targetEntityId'),
  };
  requireActivity(crm, activityId);
  if (!mayEdit(crm, caller, source) || !mayEdit(crm, caller, target)) throw entityDenied();
  if (source.entityId === target.entityId) {
    throw moveError(crm, 'SOURCE_AND_TARGET_ENTITY_ID_ARE_EQUAL_ERROR', 'Source and target entity ID cannot be equal');
  }
  if (source.entityTypeId !== target.entityTypeId) {
    const code = 'SOURCE_AND_TARGET_ENTITY_TYPES_ARE_NOT_EQUAL_ERROR';
    throw moveError(crm, code, 'Source and target entity types are not equal');
  }
  return { activityId, source, target };
}

const lastBinding = (): MethodError =>
  new MethodError('LAST_BINDING_CANNOT_BE_DELETED', 'The last binding of an activity cannot be deleted');

const moveError = (crm: Crm, code: string, description: string): MethodError =>
  new MethodError(crm.quirks.moveErrorsWithoutCode ? '0' : code, description);

/** The activity must exist; permission for it is not checked (B§2.1). */
function requireActivity(crm: Crm, activityId: number): void {
  if (!crm.activities.has(activityId)) throw notFound();
}

/** The current bindings, as plain references; empty during another caller's write. */
function bindingsOf(crm: Crm, caller: Caller, activityId: number): Ref[] {
  if (hasStaleError(crm, caller)) throw new MethodError('0', 'Activity is not found.');
  return crm.bindings.rows(activityId).map(({ entityTypeId, entityId }) => ({ entityTypeId, entityId }));
}

function withBinding(bindings: readonly Ref[], ref: Ref): Ref[] {
  if (bindings.some((bound) => sameRef(bound, ref))) {
    throw new MethodError('ACTIVITY_IS_ALREADY_BOUND', 'The activity is already bound to this item');
  }
  return [...bindings, ref];
}

function withoutBinding(bindings: readonly Ref[], ref: Ref): Ref[] {
  const rest = bindings.filter((bound) => !sameRef(bound, ref));
  if (rest.length === bindings.length) {
    throw new MethodError('BINDING_NOT_FOUND', 'The activity is not bound to this item');
  }
  return rest;
}
