import { describe, expect, test } from '@jest/globals';
import { readAuth, readInstallTokens } from '../../../../lib/bitrix24/inbound/inbound-auth.ts';

const AUTH = { member_id: 'a.b-c_1', application_token: 'application' };
const TOKENS = { access_token: 'a', refresh_token: 'r', server_endpoint: 'https://oauth.bitrix.info/rest/' };

describe('readAuth', () => {
  test('takes the member id and the application token, and no address', () => {
    expect(readAuth({ auth: { ...AUTH, domain: 'evil.example.com', client_endpoint: 'https://evil/' } })).toEqual({
      memberId: 'a.b-c_1',
      applicationToken: 'application',
    });
  });

  test.each([
    [{}, 'auth[member_id]'],
    [{ ...AUTH, member_id: '../app' }, 'auth[member_id]'],
    [{ ...AUTH, member_id: 'a'.repeat(65) }, 'auth[member_id]'],
    [{ ...AUTH, application_token: '' }, 'auth[application_token]'],
    [{ ...AUTH, application_token: 'x'.repeat(4097) }, 'auth[application_token]'],
    [{ ...AUTH, application_token: { '0': 'x' } }, 'auth[application_token]'],
  ])('rejects %j and names %s', (auth, field) => {
    expect(readAuth({ auth })).toEqual({ kind: 'rejected', reason: `${field} is missing or malformed` });
  });
});

describe('readInstallTokens', () => {
  test('takes the three fields', () => {
    expect(readInstallTokens({ auth: TOKENS })).toEqual({
      accessToken: 'a',
      refreshToken: 'r',
      serverEndpoint: 'https://oauth.bitrix.info/rest/',
    });
  });

  test.each(['access_token', 'refresh_token', 'server_endpoint'])('names %s when it is missing', (name) => {
    expect(readInstallTokens({ auth: { ...TOKENS, [name]: '' } })).toMatchObject({
      reason: `auth[${name}] is missing or malformed`,
    });
  });

  test('names auth when there is none', () => {
    expect(readInstallTokens({})).toMatchObject({ reason: 'auth is missing or malformed' });
  });
});
