import { expect, test } from '@jest/globals';
import { outboundAuth } from '../../../lib/simulator/outbound-auth.ts';
import { get, withServer } from '../../support/simulator/test-server.ts';

test('without a user it holds no tokens', () =>
  withServer({}, async (server) => {
    const auth = server.backendContext.outboundAuth({ userId: null, withRefresh: true });

    expect(auth).toEqual({
      domain: new URL(server.url).host,
      server_endpoint: `${server.oauth.url}/rest/`,
      client_endpoint: `${server.url}/rest/`,
      member_id: server.memberId,
      application_token: server.applicationToken,
    });
  }));

test('with a user it holds an access token that works, as text, and the refresh token only when asked for', () =>
  withServer({}, async (server) => {
    const auth = server.backendContext.outboundAuth({ userId: 7, withRefresh: false });
    const withRefresh = server.backendContext.outboundAuth({ userId: 7, withRefresh: true });

    expect(auth).toMatchObject({ expires_in: '3600', scope: 'crm,bizproc,placement', status: 'L', user_id: '7' });
    expect(auth.expires).toMatch(/^\d{10}$/);
    expect(auth).not.toHaveProperty('refresh_token');
    expect(withRefresh).toHaveProperty('refresh_token');
    expect((await get(`${server.url}/rest/crm.echo?auth=${auth.access_token}`)).body.result).toMatchObject({
      caller: { userId: 7 },
    });
  }));

test('its tokens appear in the ledger as generation 0', () =>
  withServer({}, async (server) => {
    const auth = server.backendContext.outboundAuth({ userId: 7, withRefresh: false });

    await get(`${server.url}/rest/base.ping?auth=${auth.access_token}`);

    expect(server.ledger.requests[0]?.tokenGeneration).toBe(0);
  }));

test('follows the portal to a new address and a new application token', () =>
  withServer({}, async (server) => {
    const token = server.renewApplicationToken();
    const url = await server.rename();

    expect(server.applicationToken).toBe(token);
    expect(server.backendContext.outboundAuth({ userId: null, withRefresh: false })).toMatchObject({
      application_token: token,
      client_endpoint: `${url}/rest/`,
    });
  }));

test('works for a portal without an address of its own', () =>
  withServer({}, async ({ oauth, memberId, clientId }) => {
    const source = { oauth, memberId, clientId, clientEndpoint: 'https://acme.example/rest/', applicationToken: 'x' };

    expect(outboundAuth(source, { userId: null, withRefresh: false }).domain).toBe('acme.example');
  }));
