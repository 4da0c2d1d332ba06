import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gotRestClient } from '../../../lib/bitrix24/rest/got-rest-client.ts';
import { oauthClient } from '../../../lib/bitrix24/rest/oauth-client.ts';
import type { Grant, OauthGrant } from '../../../lib/portal/grant.ts';
import { grantCache } from '../../../lib/portal/grant-cache.ts';
import { readableGrant } from '../../../lib/portal/grant-store.ts';
import { openPortal } from '../../../lib/portal/open-portal.ts';
import { answerJson, type FixtureServer, fixtureServer, type Received } from '../bitrix24/fixture-server.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryGrantStore } from './memory-grant-store.ts';
import { MemoryLeaseStore } from './memory-lease-store.ts';

export const MEMBER = 'a223c6b3710f85df22e9377d6c4f7553';

type Answer = (request: Received, response: ServerResponse) => void;

/**
 * A portal that accepts the access tokens in `valid`, and its OAuth server with refresh tokens for one use: the shortest
 * thing that shows who refreshed when. Both are real HTTP servers.
 */
export class FixturePortal {
  readonly valid = new Set<string>();
  readonly store = new MemoryGrantStore();
  readonly leases = new MemoryLeaseStore();
  readonly clock = new ManualClock();
  /** What the portal answers to a valid token. */
  answer: Answer = (_, response) => answerJson(response, 200, { result: true });
  /** What the OAuth server answers, instead of exchanging the token. */
  oauthAnswer: Answer | undefined;
  /** The version that is stored when a token is used, by access token. */
  readonly storedWhenUsed = new Map<string, string | undefined>();
  memberId = MEMBER;
  clientEndpoint = '';
  #server: FixtureServer | undefined;
  #refreshToken = 'refresh-0';
  #pairs = 0;

  static async start(): Promise<FixturePortal> {
    const portal = new FixturePortal();
    portal.#server = await fixtureServer((request, response) => portal.#route(request, response));
    portal.clientEndpoint = `${portal.url}/rest/`;
    portal.store.put(portal.grant());
    return portal;
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  get refreshes(): readonly Received[] {
    return (this.#server?.requests ?? []).filter(({ path }) => path === '/oauth/token/');
  }

  get calls(): readonly Received[] {
    return (this.#server?.requests ?? []).filter(({ path }) => path !== '/oauth/token/');
  }

  grant(changes: Partial<OauthGrant> = {}): OauthGrant {
    return {
      kind: 'oauth',
      memberId: MEMBER,
      clientEndpoint: `${this.url}/rest/`,
      serverEndpoint: `${this.url}/rest/`,
      accessToken: 'access-0',
      refreshToken: 'refresh-0',
      applicationToken: 'application-token',
      userId: 1,
      scope: ['crm'],
      issuedAt: null,
      ...changes,
    };
  }

  async open(budget: Parameters<typeof openPortal>[0]['budget'] = null) {
    const { store, leases, clock } = this;
    return openPortal({
      memberId: MEMBER,
      grants: grantCache(store, clock),
      store,
      leases,
      clock,
      client: gotRestClient({ clock, allowHttp: true, timeoutMs: 2_000 }),
      oauth: oauthClient({ hosts: [this.url], timeoutMs: 300 }),
      randomId: randomUUID,
      allowHttp: true,
      budget,
    });
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  current(): Grant | undefined {
    return readableGrant(this.store.current(MEMBER) ?? null) ?? undefined;
  }

  #route(request: Received, response: ServerResponse): void {
    if (request.path === '/oauth/token/') {
      const answer = this.oauthAnswer ?? this.exchange;
      answer(request, response);
      return;
    }
    const { auth } = JSON.parse(request.body);
    const current = this.current();
    this.storedWhenUsed.set(String(auth), current?.kind === 'oauth' ? current.accessToken : undefined);
    const isWebhook = auth === undefined;
    if (isWebhook || this.valid.has(auth)) this.answer(request, response);
    else answerJson(response, 401, { error: 'expired_token', error_description: 'The access token has expired' });
  }

  readonly exchange: Answer = (request, response) => {
    const offered = new URLSearchParams(request.body).get('refresh_token');
    if (offered !== this.#refreshToken) {
      answerJson(response, 400, { error: 'invalid_grant' });
      return;
    }

    this.#pairs += 1;
    this.#refreshToken = `refresh-${this.#pairs}`;
    this.valid.add(`access-${this.#pairs}`);
    answerJson(response, 200, {
      access_token: `access-${this.#pairs}`,
      refresh_token: this.#refreshToken,
      member_id: this.memberId,
      client_endpoint: this.clientEndpoint,
      user_id: 67,
      scope: 'crm,bizproc',
    });
  };
}
