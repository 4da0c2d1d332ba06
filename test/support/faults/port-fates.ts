import { type Random, seededRandom } from '../virtual/seeded-random.ts';
import type { Fate, PortCall } from './watch-port.ts';

/** Probabilities by call of a port. */
export type PortTrouble = { readonly throttled: number; readonly lost: number; readonly killed: number };

export const NO_TROUBLE: PortTrouble = { throttled: 0, lost: 0, killed: 0 };

/**
 * Calls at which a death loses the grant if refresh tokens work only once (D§4): between the token's arrival and its storing.
 * By design that ends in an alarm; it has a test of its own.
 */
const UNSURVIVABLE = new Set(['oauth.refresh', 'grants.write']);

/** Decides the fate of each call; every portal has its own random stream, so that portals do not affect each other. */
export function portFates(seed: string, trouble: PortTrouble): (call: PortCall) => Fate {
  const streams = new Map<string, Random>();
  const streamOf = (portal: string): Random => {
    const stream = streams.get(portal) ?? seededRandom(`${seed} ports ${portal}`);
    streams.set(portal, stream);
    return stream;
  };

  return ({ port, method, portal }) => {
    const random = streamOf(portal ?? 'none');
    const luck = random.next();
    const late = random.chance(0.5);
    const { throttled, lost, killed } = trouble;
    if (luck < throttled) return port === 'oauth' || port === 'rest' ? 'fine' : 'throttled';
    if (luck < throttled + lost) return port === 'oauth' || port === 'rest' ? 'fine' : 'lost';
    if (luck < throttled + lost + killed && !UNSURVIVABLE.has(`${port}.${method}`)) {
      return late ? 'killed after' : 'killed before';
    }
    return 'fine';
  };
}
