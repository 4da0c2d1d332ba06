import { describe, expect, test } from '@jest/globals';
import type { Grant } from '../../../lib/portal/grant.ts';
import { grantToJson, parseGrant } from '../../../lib/portal/grant-json.ts';

const OAUTH = {
  kind: 'oauth',
  memberId: 'a223c6b3710f85df22e9377d6c4f7553',
  clientEndpoint: 'https://acme.example.com/rest/',
  serverEndpoint: 'https://oauth.bitrix.info/rest/',
  accessToken: 'access',
  refreshToken: 'refresh',
  applicationToken: 'application',
  userId: 67,
  scope: ['crm', 'bizproc'],
  issuedAt: '2026-11-24T12:00:00.000Z',
} as const satisfies Grant;
const WEBHOOK = {
  kind: 'webhook',
  memberId: 'acme',
  url: 'https://acme.example.com/rest/1/secret-code/',
  applicationToken: null,
} as const satisfies Grant;

describe('parseGrant', () => {
  test.each<Grant>([OAUTH, WEBHOOK, { ...WEBHOOK, applicationToken: 'token' }])(
    'reads what grantToJson wrote: $kind',
    (grant) => {
      expect(parseGrant(JSON.parse(grantToJson(grant)))).toEqual({ grant });
    },
  );

  test('does without the fields that may be missing', () => {
    const bare = { ...OAUTH, userId: undefined, scope: undefined, issuedAt: undefined };

    expect(parseGrant(JSON.parse(JSON.stringify(bare)))).toEqual({
      grant: { ...OAUTH, userId: null, scope: [], issuedAt: null },
    });
  });

  test.each([
    ['crm,bizproc', ['crm', 'bizproc']],
    ['crm bizproc', ['crm', 'bizproc']],
  ])('takes the scope %j as Bitrix24 writes it', (scope, scopes) => {
    expect(parseGrant({ ...OAUTH, scope })).toMatchObject({ grant: { scope: scopes } });
  });

  test('names a webhook without member id by its host, and completes its slash', () => {
    expect(parseGrant({ kind: 'webhook', url: 'https://acme.example.com/rest/1/code' })).toEqual({
      grant: {
        kind: 'webhook',
        memberId: 'acme.example.com',
        url: 'https://acme.example.com/rest/1/code/',
        applicationToken: null,
      },
    });
    expect(parseGrant({ kind: 'webhook', url: 'http://127.0.0.1:3000/rest/1/code/' })).toMatchObject({
      grant: { memberId: '127.0.0.1-3000' },
    });
  });

  test('drops unknown fields', () => {
    expect(parseGrant({ ...OAUTH, clientSecret: 'hunter2' })).toEqual({ grant: OAUTH });
  });

  test.each([
    ['kind', { ...OAUTH, kind: 'hunter2' }],
    ['kind', { ...OAUTH, kind: undefined }],
    ['memberId', { ...OAUTH, memberId: '../hunter2' }],
    ['memberId', { ...OAUTH, memberId: undefined }],
    ['memberId', { ...OAUTH, memberId: 'x'.repeat(65) }],
    ['clientEndpoint', { ...OAUTH, clientEndpoint: 'hunter2' }],
    ['clientEndpoint', { ...OAUTH, clientEndpoint: 'ftp://hunter2.example.com/rest/' }],
    ['serverEndpoint', { ...OAUTH, serverEndpoint: 'https://hunter2.example.com/' }],
    ['accessToken', { ...OAUTH, accessToken: '' }],
    ['refreshToken', { ...OAUTH, refreshToken: 5 }],
    ['applicationToken', { ...OAUTH, applicationToken: null }],
    ['userId', { ...OAUTH, userId: 'hunter2' }],
    ['userId', { ...OAUTH, userId: 0 }],
    ['scope', { ...OAUTH, scope: [1] }],
    ['issuedAt', { ...OAUTH, issuedAt: 'hunter2' }],
    ['url', { ...WEBHOOK, url: 'https://acme.example.com/hunter2/' }],
    ['url', { ...WEBHOOK, url: 'https://acme.example.com/rest/1/hunter2/profile.json' }],
    ['applicationToken', { ...WEBHOOK, applicationToken: '' }],
    ['memberId', { ...WEBHOOK, memberId: 'hunter2 ' }],
  ])('names %s and what it accepts, never its value', (field, value) => {
    const reading = parseGrant(value);

    expect(reading).toEqual({ problem: expect.stringMatching(new RegExp(`^${field} must be `)) });
    expect(JSON.stringify(reading)).not.toContain('hunter2');
  });

  test.each([null, undefined, 'hunter2', 5, []])('explains that %j is not a grant', (value) => {
    expect(parseGrant(value)).toEqual({ problem: expect.stringMatching(/must be/) });
  });
});
