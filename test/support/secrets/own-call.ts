import { formBody } from '../../../lib/simulator/outbound/form-body.ts';
import { outboundAuth } from '../../../lib/simulator/outbound-auth.ts';
import type { SimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';

/** A call of the portal with its real secrets in it; user null: without tokens of a user. */
export function outboundBody(
  portal: SimulatedPortal,
  fields: { readonly [name: string]: unknown },
  { withRefresh = false, userId = 1 }: { readonly withRefresh?: boolean; readonly userId?: number | null } = {},
): string {
  const { oauth, clientId, memberId, applicationToken } = portal;
  const source = { oauth, clientId, memberId, applicationToken, clientEndpoint: portal.clientEndpoint() };
  return formBody({ ts: 1_736_405_807, ...fields, auth: outboundAuth(source, { userId, withRefresh }) });
}
