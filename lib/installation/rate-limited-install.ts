import type { Clock } from '../clock.ts';
import { tokenBucket } from '../portal/token-bucket.ts';
import type { Install, Installed } from './install-portal.ts';
import { INSTALL_PROOFS } from './policy.ts';

export type RateLimitedInstallDeps = {
  /** Whether a server endpoint is an OAuth server's that may be called (B§9). */
  readonly isTrusted: (serverEndpoint: string) => boolean;
  readonly install: (install: Install) => Promise<Installed>;
  readonly clock: Clock;
};

/**
 * Anybody may send an installation, and each proof costs a read of the application's secret and a request to the OAuth
 * server, which blocks applications that ask too much (B§4.1). So tokens of a foreign OAuth server are refused unread, and
 * a token bucket limits the proofs. A real installation that arrives during a flood is refused too, and has to be repeated.
 */
export function rateLimitedInstall({
  isTrusted,
  install,
  clock,
}: RateLimitedInstallDeps): (event: Install) => Promise<Installed> {
  const takeToken = tokenBucket(INSTALL_PROOFS, clock);
  return async (event) => {
    if (!isTrusted(event.tokens.serverEndpoint)) return { kind: 'refused', reason: 'OAUTH_HOST_REFUSED' };
    return takeToken() ? await install(event) : { kind: 'refused', reason: 'too_many_installations' };
  };
}
