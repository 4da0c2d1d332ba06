import { afterEach, describe, expect, test } from '@jest/globals';
import { errorPolicy } from '../../../../lib/bitrix24/rest/error-policy.ts';
import { gotRestClient } from '../../../../lib/bitrix24/rest/got-rest-client.ts';
import { CALL, client, clock, closePortals, portal } from '../../../support/bitrix24/client-fixture.ts';
import { answerJson } from '../../../support/bitrix24/fixture-server.ts';

afterEach(closePortals);

describe('an endpoint', () => {
  test.each([
    'http://portal.example.com/rest/',
    'https://10.0.0.1/rest/',
    'https://169.254.169.254/rest/',
    'https://2130706433/rest/',
    'https://[::1]/rest/',
    'https://localhost/rest/',
    'https://portal/rest/',
    'https://portal.example.com:8443/rest/',
    'https://user:secret@portal.example.com/rest/',
    'https://portal.example.com/rest',
    'https://portal.example.com/rest/?x=/',
    'ftp://portal.example.com/rest/',
    'nonsense',
  ])('such as %s is never called', async (url) => {
    const answer = await client({ allowHttp: false }).send({ url, accessToken: 'secret-token' }, CALL);

    expect(answer).toMatchObject({ kind: 'error', code: 'ENDPOINT_REFUSED', status: null });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(errorPolicy(CALL.method, 'ENDPOINT_REFUSED', null)).toEqual({ action: 'stop', scope: 'portal' });
  });

  test('on loopback is called only where that is allowed', async () => {
    const server = await portal((_, response) => answerJson(response, 200, { result: true }));
    const endpoint = { url: `${server.url}/rest/`, accessToken: null };

    const refused = await gotRestClient({ clock }).send(endpoint, CALL);
    const answered = await client().send(endpoint, CALL);

    expect([refused.kind, answered.kind]).toEqual(['error', 'result']);
  });

  test('elsewhere is not called over http even where loopback is allowed', async () => {
    const answer = await client().send({ url: 'http://10.0.0.1/rest/', accessToken: null }, CALL);

    expect(answer).toMatchObject({ code: 'ENDPOINT_REFUSED' });
  });
});
