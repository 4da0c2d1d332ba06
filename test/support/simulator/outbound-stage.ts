import { createServer } from 'node:http';
import { createOutbound, type Outbound } from '../../../lib/simulator/outbound/deliver.ts';
import { parsePhpQuery } from '../../../lib/simulator/server/php-params.ts';
import { type PortalFixture, portalFixture } from './portal-fixture.ts';

/** The handler that a portal calls: it keeps what it receives. */
export type OutboundStage = {
  readonly url: string;
  /** The calls' fields, with the content type as `type`. */
  readonly received: Record<string, unknown>[];
  /** The status of the answers from now on; 200 until then. */
  answerWith(status: number): void;
  /** The seed of a subscription of this handler. */
  subscribed(event: string, more?: object): object;
  close(): Promise<unknown>;
};

export async function outboundStage(): Promise<OutboundStage> {
  const received: Record<string, unknown>[] = [];
  let answer = 200;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      received.push({ ...parsePhpQuery(body), type: request.headers['content-type'] });
      response.writeHead(answer).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/event`;
  return {
    url,
    received,
    answerWith(status) {
      answer = status;
    },
    subscribed: (event, more = {}) => ({ id: 201, clientId: 'local.app', event, handler: url, ...more }),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

export const ROBOT = { clientId: 'local.app', code: 'unbind_activity', useSubscription: 'Y', authUserId: 67 };

/** A portal whose tokens name their user. */
export function portalThatSends(seed: object): PortalFixture & { readonly outbound: Outbound } {
  const portal = portalFixture(seed);
  const outbound = createOutbound(portal.crm, ({ userId, withRefresh }) => ({
    ...(userId === null ? {} : { access_token: `token of ${userId}`, user_id: String(userId) }),
    ...(withRefresh ? { refresh_token: 'r' } : {}),
    domain: 'acme.bitrix24.com',
    member_id: 'm',
    application_token: 't',
  }));
  return { ...portal, outbound };
}
