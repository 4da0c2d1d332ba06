import { expect, test } from '@jest/globals';
import { parsePendingGrant } from '../../../lib/installation/pending-grant.ts';

const STORED = {
  memberId: 'acme',
  applicationToken: 'application',
  accessToken: 'access',
  refreshToken: 'refresh',
  serverEndpoint: 'https://oauth.bitrix.info/rest/',
  clientId: null,
  keptAt: 1,
  announcedAt: 2,
};

test('is read as it was stored', () => {
  expect(parsePendingGrant(JSON.stringify(STORED))).toEqual(STORED);
});

test('of an earlier version has no time of the installation', () => {
  expect(parsePendingGrant(JSON.stringify({ ...STORED, announcedAt: undefined }))).toEqual({
    ...STORED,
    announcedAt: null,
  });
});

test.each([
  ['no JSON', 'hunter2'],
  ['another member id', JSON.stringify({ ...STORED, memberId: '../app' })],
  ['an empty token', JSON.stringify({ ...STORED, refreshToken: '' })],
  ['a missing field', JSON.stringify({ ...STORED, keptAt: undefined })],
])('with %s cannot be read', (_, text) => {
  expect(parsePendingGrant(text)).toBeNull();
});
