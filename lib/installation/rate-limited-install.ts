import type { Clock } from '../clock.ts';
import { tokenBucket } from '../portal/token-bucket.ts';
import type { Install, Installed } from './install-portal.ts';

export type InstallShield = {
  /** Whether a server endpoint is an OAuth server's that may be called (B§9). */
  readonly isTrusted: (serverEndpoint: string) => boolean;
  readonly install: (install: Install) => Promise<Installed>;
  readonly clock: Clock;
};

/** Installations are rare; this many are an administrator who tries again and again, or somebody else. */
const PROOFS = { burst: 50, everyMs: 1000 };

/**
 * Anybody may send an installation, and each proof costs a read of the application's secret and a request to the OAuth
 * server, which blocks applications that ask too much (B§4.1). So an offer of a foreign server is refused unread, and those of
 * the right one have an allowance; a real installation that falls into a flood is refused too, and has to be repeated.
 */
export function rateLimitedInstall({
  isTrusted,
  install,
  clock,
}: InstallShield): (given: Install) => Promise<Installed> {
  const mayProve = tokenBucket(PROOFS, clock);
  return async (given) => {
    if (!isTrusted(given.offer.serverEndpoint)) return { kind: 'refused', reason: 'OAUTH_HOST_REFUSED' };
    return mayProve() ? await install(given) : { kind: 'refused', reason: 'too_many_installations' };
  };
}
