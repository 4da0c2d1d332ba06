import { describe, expect, it } from '@jest/globals';
import { newSecret, SECRET_MARK } from '../../../lib/simulator/new-secret.ts';
import { everythingIn } from '../../support/secrets/everything-in.ts';
import { findLeaks } from '../../support/secrets/find-leaks.ts';

const secret = newSecret(16);
const planted = new Error('it failed', { cause: { options: { headers: { authorization: `Bearer ${secret}` } } } });
const hidden = Object.defineProperty(new Error('it failed'), 'request', {
  value: { body: Buffer.from(`auth=${secret}`) },
});
const withGetter = Object.defineProperty({}, 'url', { enumerable: true, get: () => `/rest/1/${secret}/` });

describe('a planted secret is found', () => {
  it.each([
    ['as it is', `token=${secret}&x=1`],
    ['in upper case', secret.toUpperCase()],
    ['in JSON', JSON.stringify({ auth: { access_token: secret } })],
    ['in a URL', encodeURIComponent(`https://acme.bitrix24.com/rest/1/${secret}/`)],
    [
      'percent-encoded',
      secret
        .split('')
        .map((sign) => `%${Buffer.from(sign).toString('hex')}`)
        .join(''),
    ],
    ['in base64', Buffer.from(`auth=${secret}`).toString('base64')],
    ['in base64, one byte on', Buffer.from(`xauth=${secret}`).toString('base64')],
    ['in base64, two bytes on', Buffer.from(`xxauth=${secret}`).toString('base64')],
    ['in base64 for URLs', Buffer.from(`auth=${secret}`).toString('base64url')],
    ['in hexadecimal numbers', Buffer.from(secret).toString('hex')],
    ['as a list of bytes', JSON.stringify({ type: 'Buffer', data: [...Buffer.from(secret)] })],
    ['cut off', secret.slice(0, 12)],
    ['in the cause of an error', everythingIn(planted)],
    ['in a hidden field of an error', everythingIn(hidden)],
    ['in the message of an error', everythingIn(new Error(`cannot use ${secret}`))],
    ['behind a getter', everythingIn(withGetter)],
    ['among errors of a promise', everythingIn(new AggregateError([planted]))],
  ])('%s', (_name, text) => {
    expect(findLeaks(text).length).toBeGreaterThan(0);
  });
});

describe('the search', () => {
  it('does not repeat the secret', () => {
    expect(findLeaks(`before ${secret} after`).join()).not.toContain(SECRET_MARK);
  });

  it('finds nothing where there is nothing', () => {
    expect(findLeaks(`{"member_id":"d897063e1ce7c5eb9f04b9751eef5915","hash":"${'0f'.repeat(2000)}"}`)).toEqual([]);
  });
});

it('secrets differ, and have the length of those of Bitrix24', () => {
  expect(newSecret(16)).toMatch(/^[0-9a-f]{32}$/);
  expect(newSecret(16)).not.toBe(newSecret(16));
});
