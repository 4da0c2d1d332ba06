import type { Crm } from '../crm/crm-state.ts';
import { isRefusedAsExtranet } from '../crm/elements/permissions.ts';
import { type Caller, MethodError } from '../method.ts';

/** The answer of a new-style CRM method about a missing activity or element (B§2.1, B§2.3). */
export const notFound = (description = 'Element not found'): MethodError => new MethodError('NOT_FOUND', description);

/** No right on the entity: HTTP 400 with new-style CRM methods (B§2.1). */
export const entityDenied = (): MethodError => new MethodError('ACCESS_DENIED', 'Access denied');

/** No right to call the method at all, or a bad event token: HTTP 403 (B§6.1, B§6.3). */
export const accessDenied = (description = 'Access denied!'): MethodError =>
  new MethodError('ACCESS_DENIED', description, 403);

/** Checked before everything else, even the parameters: it is a filter of the controller (B§2.1). */
export function refuseExtranetUser(crm: Crm, caller: Caller): void {
  if (!isRefusedAsExtranet(crm, caller)) return;
  throw new MethodError('allowed_only_intranet_user', 'Action is allowed only for intranet users', 403);
}

/** event.* can only be called by an application (B§5.3). Returns its client id. */
export function clientOfEvents(caller: Caller): string {
  if (caller.clientId !== null) return caller.clientId;
  throw new MethodError('WRONG_AUTH_TYPE', 'Current authorization type is denied for this method', 403);
}

/** bizproc.robot.* can only be called by an application with an administrator's token, checked in this order (B§6.1). */
export function clientOfRobots(caller: Caller): string {
  if (caller.clientId === null) throw accessDenied('Application context required');
  if (!caller.isAdmin) throw accessDenied();
  return caller.clientId;
}
