import { expect, test } from '@jest/globals';
import { get, post, replyOf, withServer } from '../../../support/simulator/test-server.ts';

test('answers a method called with POST and a JSON body', () =>
  withServer({}, async (_front, call) => {
    const { status, body } = await call('crm.value', { value: { a: [1, 'x', null] } });

    expect(status).toBe(200);
    expect(body.result).toEqual({ a: [1, 'x', null] });
  }));

test('answers a method called with GET and the token in the query', () =>
  withServer({}, async (server) => {
    const { accessToken } = server.issueGrant();

    const { body } = await get(`${server.url}/rest/crm.value?value=7&auth=${accessToken}`);

    expect(body.result).toBe('7');
  }));

test('merges the query with the body, whose keys win', () =>
  withServer({}, async (server) => {
    const { accessToken } = server.issueGrant();

    const { body } = await post(`${server.url}/rest/crm.echo?a=query&b=query`, { auth: accessToken, b: 'body' });

    expect(body.result?.params).toEqual({ a: 'query', b: 'body' });
  }));

test('reads PHP brackets of a form body', () =>
  withServer({}, async (server) => {
    const { accessToken } = server.issueGrant();

    const response = await fetch(`${server.url}/rest/crm.echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `auth=${accessToken}&fields%5BTITLE%5D=a+b%26c&ids[]=1&ids[]=2&f[PHONE][0][VALUE]=9&f[PHONE][0][TYPE]=W`,
    });

    expect((await replyOf(response)).body.result?.params).toEqual({
      fields: { TITLE: 'a b&c' },
      ids: ['1', '2'],
      f: { PHONE: [{ VALUE: '9', TYPE: 'W' }] },
    });
  }));

test('reads PHP brackets of a multipart body', () =>
  withServer({}, async (server) => {
    const form = new FormData();
    form.set('auth', server.issueGrant().accessToken);
    form.set('value[x]', '1');

    const response = await fetch(`${server.url}/rest/crm.value`, { method: 'POST', body: form });

    expect((await replyOf(response)).body.result).toEqual({ x: '1' });
  }));

test('ignores a malformed JSON body silently, so that the token in it is missing', () =>
  withServer({}, async (server) => {
    const { accessToken } = server.issueGrant();

    const response = await fetch(`${server.url}/rest/crm.value`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"auth":"${accessToken}",`,
    });

    expect(await replyOf(response)).toMatchObject({ status: 401, body: { error: 'NO_AUTH_FOUND' } });
  }));

test('finds methods in any case and with the .json suffix', () =>
  withServer({}, async (server, call) => {
    expect((await call('CRM.Value.json', { value: 1 })).body.result).toBe(1);
    expect(server.ledger.requests[0]?.method).toBe('crm.value');
  }));

test('answers 404 ERROR_METHOD_NOT_FOUND before it looks at the authorization', () =>
  withServer({}, async (server) => {
    expect(await get(`${server.url}/rest/crm.unknown`)).toMatchObject({
      status: 404,
      body: { error: 'ERROR_METHOD_NOT_FOUND' },
    });
    expect((await get(`${server.url}/rest/constructor`)).status).toBe(404);
  }));

test('reads the Bearer header before the parameters, and auth before access_token', () =>
  withServer({}, async (server) => {
    const [one, two] = [server.issueGrant(1).accessToken, server.issueGrant(2).accessToken];
    const url = `${server.url}/rest/crm.echo`;

    const byHeader = await post(url, { auth: one }, { authorization: `bearer ${two}` });
    const byAuth = await post(url, { access_token: one, auth: two });
    const byAccessToken = await post(url, { access_token: two });

    for (const { body } of [byHeader, byAuth, byAccessToken]) {
      expect(body.result).toMatchObject({ params: {}, caller: { userId: 2, isAdmin: false } });
    }
  }));

test('answers a webhook, which is not an application', () =>
  withServer({}, async (server) => {
    const { status, headers, body } = await post(`${server.webhookUrl(1)}crm.echo.json`, { a: 1 });

    expect(status).toBe(200);
    expect(body.result).toMatchObject({ params: { a: 1 }, caller: { userId: 1, isAdmin: true, clientId: null } });
    expect(headers.get('x-bitrix-rest-application')).toBeNull();
  }));

test('sends the headers of Bitrix24’s cloud', () =>
  withServer({}, async (server, call) => {
    const { headers } = await call('base.ping');

    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('x-bitrix-rest-application')).toBe(server.clientId);
    expect(headers.get('x-bitrix-rest-time')).toMatch(/^\d+\.\d{10}$/);
    expect(headers.get('x-bitrix-rest-user-time')).not.toBeNull();
    expect(headers.get('x-bitrix-rest-system-time')).not.toBeNull();
  }));

test('sends callers of a moved portal to its new address with 302', () =>
  withServer({ settings: { movedTo: 'http://127.0.0.1:9' } }, async (server) => {
    const { status, headers } = await get(`${server.url}/rest/crm.value?value=1`);

    expect(status).toBe(302);
    expect(headers.get('location')).toBe('http://127.0.0.1:9/rest/crm.value?value=1');
  }));

test('serves at its new address after a rename, and names it in refreshed grants', () =>
  withServer({}, async (server) => {
    const { accessToken, clientEndpoint } = server.issueGrant();

    const url = await server.rename();

    expect(clientEndpoint).toBe(`${server.url}/rest/`);
    expect((await get(`${server.url}/rest/base.ping?auth=${accessToken}`)).status).toBe(302);
    expect((await get(`${url}/rest/base.ping?auth=${accessToken}`)).body.result).toBe('pong');
    expect(server.issueGrant().clientEndpoint).toBe(`${url}/rest/`);
  }));
