import { expect, test } from '@jest/globals';
import { outboundAuth } from '../../../../lib/simulator/outbound-auth.ts';
import { get, withFront } from '../../../support/simulator/test-front.ts';

test('without a user it holds no tokens', () =>
  withFront({}, async (front) => {
    const auth = front.ground.outboundAuth({ userId: null, withRefresh: true });

    expect(auth).toEqual({
      domain: new URL(front.url).host,
      server_endpoint: `${front.oauth.url}/rest/`,
      client_endpoint: `${front.url}/rest/`,
      member_id: front.memberId,
      application_token: front.applicationToken,
    });
  }));

test('with a user it holds an access token that works, as text, and the refresh token only when asked for', () =>
  withFront({}, async (front) => {
    const auth = front.ground.outboundAuth({ userId: 7, withRefresh: false });
    const withRefresh = front.ground.outboundAuth({ userId: 7, withRefresh: true });

    expect(auth).toMatchObject({ expires_in: '3600', scope: 'crm,bizproc,placement', status: 'L', user_id: '7' });
    expect(auth.expires).toMatch(/^\d{10}$/);
    expect(auth).not.toHaveProperty('refresh_token');
    expect(withRefresh).toHaveProperty('refresh_token');
    expect((await get(`${front.url}/rest/crm.echo?auth=${auth.access_token}`)).body.result).toMatchObject({
      caller: { userId: 7 },
    });
  }));

test('its tokens show in the ledger as generation 0', () =>
  withFront({}, async (front) => {
    const auth = front.ground.outboundAuth({ userId: 7, withRefresh: false });

    await get(`${front.url}/rest/base.ping?auth=${auth.access_token}`);

    expect(front.ledger.requests[0]?.tokenGeneration).toBe(0);
  }));

test('follows the portal to a new address and a new application token', () =>
  withFront({}, async (front) => {
    const token = front.renewApplicationToken();
    const url = await front.rename();

    expect(front.applicationToken).toBe(token);
    expect(front.ground.outboundAuth({ userId: null, withRefresh: false })).toMatchObject({
      application_token: token,
      client_endpoint: `${url}/rest/`,
    });
  }));

test('can be made for a portal that has no address of its own', () =>
  withFront({}, async ({ oauth, memberId, clientId }) => {
    const source = { oauth, memberId, clientId, clientEndpoint: 'https://acme.example/rest/', applicationToken: 'x' };

    expect(outboundAuth(source, { userId: null, withRefresh: false }).domain).toBe('acme.example');
  }));
