import type { Clock } from '../../clock.ts';
import { newSecret } from '../new-secret.ts';

/** An access token lives an hour, a refresh token 180 days (B§4.1). */
const ACCESS_MS = 3_600_000;
const REFRESH_MS = 180 * 24 * ACCESS_MS;
/** How long a replaced refresh token still works in `grace` mode. */
const GRACE_MS = 60_000;

/**
 * It is not documented when a replaced refresh token stops working (B§4.1):
 * `strict`: at once; `grace`: after 60 s; `family`: at once, and using it revokes every token of the same grant.
 */
export type Rotation = 'strict' | 'grace' | 'family';

export type TokenOwner = {
  readonly clientId: string;
  readonly memberId: string;
  readonly userId: number;
  readonly scope: readonly string[];
};

export type TokenPair = TokenOwner & {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Counted from 1 per portal and application; 0: issued in an event or a robot call. */
  readonly generation: number;
  readonly family: number;
  readonly issuedAt: number;
  accessExpiresAt: number;
  readonly refreshExpiresAt: number;
  rotatedAt: number | null;
  revoked: boolean;
};

export type TokenStore = {
  readonly issue: (owner: TokenOwner, origin?: 'grant' | 'outbound') => TokenPair;
  readonly byAccess: (token: string) => TokenPair | undefined;
  byRefresh(token: string): TokenPair | undefined;
  /** The successor of a pair, or null if its refresh token no longer works. */
  rotate(pair: TokenPair, rotation: Rotation): TokenPair | null;
  readonly expireAccess: (memberId: string) => void;
  revoke(memberId: string, clientId: string): void;
};

const newToken = (): string => newSecret(35);

export function createTokenStore(clock: Clock): TokenStore {
  const pairs: TokenPair[] = [];
  const byAccess = new Map<string, TokenPair>();
  const byRefresh = new Map<string, TokenPair>();
  const nextGeneration = countGenerations();
  let families = 0;

  const add = (pair: TokenPair): TokenPair => {
    pairs.push(pair);
    byAccess.set(pair.accessToken, pair);
    byRefresh.set(pair.refreshToken, pair);
    return pair;
  };

  return {
    issue(owner, origin = 'grant') {
      families += 1;
      return add(newPair(owner, origin === 'grant' ? nextGeneration(owner) : 0, families, clock.now()));
    },
    byAccess: (token) => byAccess.get(token),
    byRefresh: (token) => byRefresh.get(token),
    rotate(pair, rotation) {
      if (isGood(pair, rotation, clock.now())) {
        pair.rotatedAt ??= clock.now();
        return add(newPair(pair, nextGeneration(pair), pair.family, clock.now()));
      }
      if (rotation === 'family') for (const one of pairs) if (one.family === pair.family) one.revoked = true;
      return null;
    },
    expireAccess(memberId) {
      const owned = pairs.filter((pair) => pair.memberId === memberId);
      for (const pair of owned) pair.accessExpiresAt = Math.min(pair.accessExpiresAt, clock.now());
    },
    revoke(memberId, clientId) {
      for (const pair of pairs) if (pair.memberId === memberId && pair.clientId === clientId) pair.revoked = true;
    },
  };
}

/** Counts the token pairs of each portal and application. */
function countGenerations(): (owner: TokenOwner) => number {
  const generations = new Map<string, number>();
  return ({ memberId, clientId }) => {
    const key = `${memberId} ${clientId}`;
    const generation = (generations.get(key) ?? 0) + 1;
    generations.set(key, generation);
    return generation;
  };
}

function newPair(owner: TokenOwner, generation: number, family: number, now: number): TokenPair {
  const { clientId, memberId, userId, scope } = owner;
  return {
    clientId,
    memberId,
    userId,
    scope,
    accessToken: newToken(),
    refreshToken: newToken(),
    generation,
    family,
    issuedAt: now,
    accessExpiresAt: now + ACCESS_MS,
    refreshExpiresAt: now + REFRESH_MS,
    rotatedAt: null,
    revoked: false,
  };
}

function isGood(pair: TokenPair, rotation: Rotation, now: number): boolean {
  if (pair.revoked || now >= pair.refreshExpiresAt) return false;
  return pair.rotatedAt === null || (rotation === 'grace' && now < pair.rotatedAt + GRACE_MS);
}
