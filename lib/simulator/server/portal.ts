import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Fault, FaultScript } from '../fault-script.ts';
import { createFaultScript, hostOf } from '../fault-script.ts';
import type { Ledger } from '../ledger.ts';
import { createLedger } from '../ledger.ts';
import { newSecret } from '../new-secret.ts';
import type { SimulatedOauthServer } from '../oauth-server.ts';
import type { OutboundSource } from '../outbound-auth.ts';
import { outboundAuth } from '../outbound-auth.ts';
import type { BackendContext } from '../portal-backend.ts';
import type { PortalClock } from '../portal-clock.ts';
import { asPortalClock } from '../portal-clock.ts';
import type { Settings } from '../settings.ts';
import { defaultSettings } from '../settings.ts';
import type { AuthorizationSource } from './authorize.ts';
import { type IssuedGrant, issueGrant } from './issue-grant.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

export type PortalOptions = {
  oauth?: SimulatedOauthServer;
  /** Which application of the OAuth server is installed; its first one by default. */
  clientId?: string;
  /** false: nothing is installed yet. */
  installed?: boolean;
  clock?: Clock;
  memberId?: string;
  /** The first token; random by default. */
  applicationToken?: string;
  settings?: Partial<Settings>;
};

/** The portal apart from its HTTP server and its CRM. */
export type Portal = {
  readonly oauth: SimulatedOauthServer;
  readonly clientId: string;
  readonly memberId: string;
  readonly applicationToken: string;
  readonly settings: Settings;
  readonly clock: PortalClock;
  readonly ledger: Ledger;
  readonly faults: FaultScript;
  readonly backendContext: BackendContext;
  readonly source: Omit<AuthorizationSource, 'isAdmin'>;
  /** Base addresses it listens at, in the order in which they were opened. */
  readonly addresses: string[];
  /** Current base URL of REST for OAuth callers; ends with `/rest/`. */
  clientEndpoint(): string;
  readonly webhookUrl: (userId?: number) => string;
  issueGrant(userId?: number): IssuedGrant;
  expireTokens(): void;
  install(): void;
  uninstall(): void;
  /** An application update can bring a new application_token (B§7.3). */
  renewApplicationToken(): string;
  script(fault: Fault): void;
  clearFaults(): void;
  resetLedger(): void;
};

/** A running portal, and what a test or a person can do with it. */
export type PortalServer = Portal & {
  /** The address it was started at, without a trailing slash. */
  readonly url: string;
  /** Gives the portal a new address; the old one answers 302 from now on (B§1.5). */
  rename(): Promise<string>;
  state(): unknown;
  seed(seed: unknown): void;
  act(what: unknown): unknown;
  readonly close: () => Promise<void>;
};

type Core = Pick<Portal, 'oauth' | 'clientId' | 'memberId' | 'settings' | 'clock' | 'ledger'> & {
  /** How the portal currently identifies itself in outbound calls. */
  readonly outboundSource: () => OutboundSource;
};

export function createPortal(options: PortalOptions, oauth: SimulatedOauthServer): Portal {
  const { memberId = randomBytes(16).toString('hex'), clientId = oauth.clientId } = options;
  const clock = options.clock ? asPortalClock(options.clock) : oauth.clock;
  const settings: Settings = { ...defaultSettings(), ...options.settings };
  const ledger = createLedger();
  const [faults, webhooks] = [createFaultScript(), createWebhooks()];
  const addresses: string[] = [];
  let applicationToken = options.applicationToken ?? newSecret(16);

  const base = (): string => addresses.find((url) => url === settings.movedTo) ?? addresses[0] ?? '';
  const clientEndpoint = (): string => `${base()}/rest/`;
  const identity = { oauth, clientId, memberId };
  const outboundSource = (): OutboundSource => ({ ...identity, applicationToken, clientEndpoint: clientEndpoint() });
  const core: Core = { ...identity, settings, clock, ledger, outboundSource };
  const backendContext = backendContextOf(core);

  oauth.register({ memberId, clientEndpoint, ledger });
  if (options.installed ?? true) backendContext.install();

  return {
    ...identity,
    ...controlMethodsOf(core, faults),
    get applicationToken() {
      return applicationToken;
    },
    settings,
    clock,
    ledger,
    faults,
    addresses,
    backendContext,
    source: sourceOf(core, webhooks),
    clientEndpoint,
    webhookUrl: (userId = 1) => `${base()}/rest/${userId}/${webhooks.codeOf(userId)}/`,
    renewApplicationToken() {
      applicationToken = newSecret(16);
      return applicationToken;
    },
  };
}

const backendContextOf = ({
  oauth,
  memberId,
  clientId,
  clock,
  settings,
  ledger,
  outboundSource,
}: Core): BackendContext => ({
  memberId,
  clientId,
  clock,
  settings,
  applied: (change) => void ledger.changes.push({ at: clock.now(), ...change }),
  outboundAuth: (wanted) => outboundAuth(outboundSource(), wanted),
  install: () => oauth.install(memberId, clientId),
  uninstall: () => oauth.uninstall(memberId, clientId),
});

const sourceOf = ({ oauth, memberId, settings, clock }: Core, webhooks: Webhooks): Portal['source'] => ({
  memberId,
  settings,
  webhooks,
  now: () => clock.now(),
  tokenOf: oauth.byAccess,
  isInstalled: (client) => oauth.isInstalled(memberId, client),
});

type ControlMethods =
  | 'issueGrant'
  | 'expireTokens'
  | 'install'
  | 'uninstall'
  | 'script'
  | 'clearFaults'
  | 'resetLedger';

const controlMethodsOf = (
  { oauth, memberId, clientId, ledger, outboundSource }: Core,
  faults: FaultScript,
): Pick<Portal, ControlMethods> => ({
  issueGrant: (userId = 1) => issueGrant(outboundSource(), userId),
  expireTokens: () => oauth.expireTokens(memberId),
  install: () => oauth.install(memberId, clientId),
  uninstall: () => oauth.uninstall(memberId, clientId),
  script: (fault) => (hostOf(fault) === 'oauth' ? oauth.script({ memberId, ...fault }) : faults.script(fault)),
  clearFaults() {
    faults.clear();
    oauth.clearFaults();
  },
  resetLedger() {
    ledger.requests.length = 0;
    ledger.changes.length = 0;
  },
});
