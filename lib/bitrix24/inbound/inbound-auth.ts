import { MEMBER_ID } from '../member-id.ts';
import { LONGEST_TOKEN } from '../policy.ts';
import { type Form, groupAt, textAt } from './form.ts';

/**
 * The `auth` group of an inbound call, as claimed by the sender: nothing in it is trusted before the sender is verified.
 * The portal's addresses are left out on purpose: no host from a request is ever called (B§9).
 */
export type InboundAuth = {
  readonly memberId: string;
  readonly applicationToken: string;
};

/** The tokens that come with an installation (B§5.2). `serverEndpoint` is used only if it is in the allow-list. */
export type InstallTokens = {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly serverEndpoint: string;
};

/** Why a call is not accepted. Names the field, never its value. */
export type Rejection = { readonly kind: 'rejected'; readonly reason: string };

export const rejection = (field: string): Rejection => ({
  kind: 'rejected',
  reason: `${field} is missing or malformed`,
});

export function readAuth(form: Form): InboundAuth | Rejection {
  const memberId = textAt(form, 'auth', 'member_id');
  if (memberId === undefined || !MEMBER_ID.test(memberId)) return rejection('auth[member_id]');

  const applicationToken = tokenAt(form, 'application_token');
  if (applicationToken === undefined) return rejection('auth[application_token]');
  return { memberId, applicationToken };
}

export function readInstallTokens(form: Form): InstallTokens | Rejection {
  if (groupAt(form, 'auth') === undefined) return rejection('auth');

  const accessToken = tokenAt(form, 'access_token');
  if (accessToken === undefined) return rejection('auth[access_token]');
  const refreshToken = tokenAt(form, 'refresh_token');
  if (refreshToken === undefined) return rejection('auth[refresh_token]');
  const serverEndpoint = tokenAt(form, 'server_endpoint');
  if (serverEndpoint === undefined) return rejection('auth[server_endpoint]');
  return { accessToken, refreshToken, serverEndpoint };
}

function tokenAt(form: Form, name: string): string | undefined {
  const token = textAt(form, 'auth', name);
  return token !== undefined && token !== '' && token.length <= LONGEST_TOKEN ? token : undefined;
}
