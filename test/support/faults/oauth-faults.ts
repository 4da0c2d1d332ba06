import type { FaultKind } from '../../../lib/simulator/fault-script.ts';
import type { SimulatedOauthServer } from '../../../lib/simulator/oauth-server.ts';
import { seededRandom } from '../virtual/seeded-random.ts';

/**
 * What may happen to a refresh before it takes effect. If the answer with a new pair is lost while tokens work only once, the
 * grant is lost: the one unavoidable case, which has a test of its own.
 */
const TROUBLES: readonly [FaultKind, ...FaultKind[]] = [
  'close',
  { status: 500, body: '<html></html>' },
  { status: 502, body: '<html></html>' },
  { status: 503, body: '' },
  { status: 429, body: '{"error":"too_many_requests"}', contentType: 'application/json' },
  { status: 200, body: '{"access_token":"half' },
];

/** Makes the next request to the OAuth server meet trouble, with the given probability. */
export function disturbOauth(seed: string, probability: number, oauth: SimulatedOauthServer): () => void {
  const random = seededRandom(`${seed} oauth`);
  return () => {
    if (random.chance(probability)) oauth.script({ method: 'oauth/token', kind: random.pick(TROUBLES) });
  };
}
