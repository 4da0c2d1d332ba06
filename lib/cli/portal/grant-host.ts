import type { Grant } from '../../portal/grant.ts';

/** The portal's host and nothing else: the path of a webhook is its secret (B§1.1). */
export const grantHost = (grant: Grant): string =>
  new URL(grant.kind === 'webhook' ? grant.url : grant.clientEndpoint).host;
