import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Ledger } from '../ledger.ts';
import { newSecret } from '../new-secret.ts';
import type { TokenOwner, TokenStore } from './token-store.ts';
import { createTokenStore } from './token-store.ts';

/** An authorization code lives 30 s (B§4.1). */
const CODE_MS = 30_000;

export type Application = {
  readonly clientId: string;
  readonly clientSecret: string;
  scope: string[];
  /** `L` local, `F` free market, `S` subscription (B§5.2). */
  status: 'L' | 'F' | 'S';
};

/** A portal as the OAuth server knows it. */
export type RegisteredPortal = {
  readonly memberId: string;
  /** Current base URL of the portal's REST (a portal can be renamed, B§1.5); ends with `/rest/`. */
  clientEndpoint(): string;
  readonly ledger: Ledger;
};

export type OauthState = {
  url: string;
  readonly tokens: TokenStore;
  readonly applications: Map<string, Application>;
  readonly portals: Map<string, RegisteredPortal>;
  readonly addApplication: (application?: Partial<Application>) => Application;
  install(memberId: string, clientId: string): void;
  uninstall(memberId: string, clientId: string): void;
  readonly isInstalled: (memberId: string, clientId: string) => boolean;
  readonly issueCode: (owner: TokenOwner) => string;
  /** The owner that a code was issued for; a code works once. */
  takeCode(code: string): TokenOwner | null;
};

export function createOauthState(clock: Clock): OauthState {
  const tokens = createTokenStore(clock);
  const applications = new Map<string, Application>();
  const installed = new Set<string>();
  const codes = new Map<string, { owner: TokenOwner; until: number }>();
  const key = (memberId: string, clientId: string): string => `${memberId} ${clientId}`;

  return {
    url: '',
    tokens,
    applications,
    portals: new Map(),
    addApplication(given) {
      const application = newApplication(given);
      applications.set(application.clientId, application);
      return application;
    },
    install: (memberId, clientId) => void installed.add(key(memberId, clientId)),
    uninstall(memberId, clientId) {
      installed.delete(key(memberId, clientId));
      tokens.revoke(memberId, clientId);
    },
    isInstalled: (memberId, clientId) => installed.has(key(memberId, clientId)),
    issueCode(owner) {
      const code = newSecret(35);
      codes.set(code, { owner, until: clock.now() + CODE_MS });
      return code;
    },
    takeCode(code) {
      const issued = codes.get(code);
      codes.delete(code);
      return issued && clock.now() < issued.until ? issued.owner : null;
    },
  };
}

const newApplication = (given: Partial<Application> = {}): Application => ({
  clientId: `local.${randomBytes(7).toString('hex')}.${randomBytes(4).toString('hex')}`,
  clientSecret: newSecret(25),
  scope: ['crm', 'bizproc', 'placement'],
  status: 'L',
  ...given,
});
