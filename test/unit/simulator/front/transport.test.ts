import { expect, test } from '@jest/globals';
import { get, post, replyOf, withFront } from '../../../support/simulator/test-front.ts';

test('answers a method called with POST and a JSON body', () =>
  withFront({}, async (_front, call) => {
    const { status, body } = await call('crm.value', { value: { a: [1, 'x', null] } });

    expect(status).toBe(200);
    expect(body.result).toEqual({ a: [1, 'x', null] });
  }));

test('answers a method called with GET and the token in the query', () =>
  withFront({}, async (front) => {
    const { accessToken } = front.issueGrant();

    const { body } = await get(`${front.url}/rest/crm.value?value=7&auth=${accessToken}`);

    expect(body.result).toBe('7');
  }));

test('merges the query with the body, whose keys win', () =>
  withFront({}, async (front) => {
    const { accessToken } = front.issueGrant();

    const { body } = await post(`${front.url}/rest/crm.echo?a=query&b=query`, { auth: accessToken, b: 'body' });

    expect(body.result?.params).toEqual({ a: 'query', b: 'body' });
  }));

test('reads PHP brackets of a form body', () =>
  withFront({}, async (front) => {
    const { accessToken } = front.issueGrant();

    const response = await fetch(`${front.url}/rest/crm.echo`, {
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
  withFront({}, async (front) => {
    const form = new FormData();
    form.set('auth', front.issueGrant().accessToken);
    form.set('value[x]', '1');

    const response = await fetch(`${front.url}/rest/crm.value`, { method: 'POST', body: form });

    expect((await replyOf(response)).body.result).toEqual({ x: '1' });
  }));

test('ignores a malformed JSON body silently, so that the token in it is missing', () =>
  withFront({}, async (front) => {
    const { accessToken } = front.issueGrant();

    const response = await fetch(`${front.url}/rest/crm.value`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"auth":"${accessToken}",`,
    });

    expect(await replyOf(response)).toMatchObject({ status: 401, body: { error: 'NO_AUTH_FOUND' } });
  }));

test('finds methods in any case and with the .json suffix', () =>
  withFront({}, async (front, call) => {
    expect((await call('CRM.Value.json', { value: 1 })).body.result).toBe(1);
    expect(front.ledger.requests[0]?.method).toBe('crm.value');
  }));

test('answers 404 ERROR_METHOD_NOT_FOUND before it looks at the authorization', () =>
  withFront({}, async (front) => {
    expect(await get(`${front.url}/rest/crm.unknown`)).toMatchObject({
      status: 404,
      body: { error: 'ERROR_METHOD_NOT_FOUND' },
    });
    expect((await get(`${front.url}/rest/constructor`)).status).toBe(404);
  }));

test('reads the Bearer header before the parameters, and auth before access_token', () =>
  withFront({}, async (front) => {
    const [one, two] = [front.issueGrant(1).accessToken, front.issueGrant(2).accessToken];
    const url = `${front.url}/rest/crm.echo`;

    const byHeader = await post(url, { auth: one }, { authorization: `bearer ${two}` });
    const byAuth = await post(url, { access_token: one, auth: two });
    const byAccessToken = await post(url, { access_token: two });

    for (const { body } of [byHeader, byAuth, byAccessToken]) {
      expect(body.result).toMatchObject({ params: {}, caller: { userId: 2, isAdmin: false } });
    }
  }));

test('answers a webhook, which is no application', () =>
  withFront({}, async (front) => {
    const { status, headers, body } = await post(`${front.webhookUrl(1)}crm.echo.json`, { a: 1 });

    expect(status).toBe(200);
    expect(body.result).toMatchObject({ params: { a: 1 }, caller: { userId: 1, isAdmin: true, clientId: null } });
    expect(headers.get('x-bitrix-rest-application')).toBeNull();
  }));

test('sends the headers of the cloud', () =>
  withFront({}, async (front, call) => {
    const { headers } = await call('base.ping');

    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('x-bitrix-rest-application')).toBe(front.clientId);
    expect(headers.get('x-bitrix-rest-time')).toMatch(/^\d+\.\d{10}$/);
    expect(headers.get('x-bitrix-rest-user-time')).not.toBeNull();
    expect(headers.get('x-bitrix-rest-system-time')).not.toBeNull();
  }));

test('sends callers of a moved portal to its new address with 302', () =>
  withFront({ settings: { movedTo: 'http://127.0.0.1:9' } }, async (front) => {
    const { status, headers } = await get(`${front.url}/rest/crm.value?value=1`);

    expect(status).toBe(302);
    expect(headers.get('location')).toBe('http://127.0.0.1:9/rest/crm.value?value=1');
  }));

test('serves at its new address after a rename, and names it in refreshed grants', () =>
  withFront({}, async (front) => {
    const { accessToken, clientEndpoint } = front.issueGrant();

    const url = await front.rename();

    expect(clientEndpoint).toBe(`${front.url}/rest/`);
    expect((await get(`${front.url}/rest/base.ping?auth=${accessToken}`)).status).toBe(302);
    expect((await get(`${url}/rest/base.ping?auth=${accessToken}`)).body.result).toBe('pong');
    expect(front.issueGrant().clientEndpoint).toBe(`${url}/rest/`);
  }));
