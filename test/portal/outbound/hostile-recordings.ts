import { eventBody } from './event-body.ts';
import { RECORDED_AT, RECORDED_AUTH, RECORDED_TOKENS } from './recorded-portal.ts';
import type { Recording } from './recordings.ts';

const update = (auth: { readonly [key: string]: string }, id: unknown = 1): string =>
  eventBody({ event: 'ONCRMDEALUPDATE', handlerId: 207, data: { FIELDS: { ID: id } }, at: RECORDED_AT, auth });

const FOREIGN = {
  domain: 'evil.example',
  server_endpoint: 'https://evil.example/rest/',
  client_endpoint: 'https://evil.example/rest/',
};

const hostile = (name: string, about: string, body: string, path: Recording['path'] = '/event'): Recording => ({
  name: `hostile-${name}`,
  path,
  body,
  about,
});

/** What somebody else than the portal may send (B§9). */
export const HOSTILE: readonly Recording[] = [
  hostile(
    'wrong-application-token',
    'a known portal with another application_token',
    update({ ...RECORDED_AUTH, application_token: '00000000000000000000000000000000' }),
  ),
  hostile(
    'unknown-portal',
    'a member_id that has not installed the application',
    update({ ...RECORDED_AUTH, member_id: 'ffffffffffffffffffffffffffffffff' }),
  ),
  hostile(
    'foreign-endpoints',
    'the right token with endpoints of somebody else, and an access token',
    update({ ...RECORDED_TOKENS, ...RECORDED_AUTH, ...FOREIGN }),
  ),
  hostile(
    'forged-install',
    'ONAPPINSTALL of a known portal with endpoints and tokens of somebody else',
    eventBody({
      event: 'ONAPPINSTALL',
      handlerId: 1,
      data: { VERSION: 1, ACTIVE: 'Y', INSTALLED: 'Y', LANGUAGE_ID: 'en' },
      at: RECORDED_AT,
      auth: { ...RECORDED_TOKENS, refresh_token: 'forged-refresh-token', ...RECORDED_AUTH, ...FOREIGN },
    }),
    '/install',
  ),
  hostile('wrong-id', 'an id that is none', update(RECORDED_AUTH, '1 OR 1=1')),
  hostile(
    'prototype-key',
    'keys that would reach an object’s prototype',
    `${update(RECORDED_AUTH)}&data%5B__proto__%5D%5Bpolluted%5D=1&constructor%5Bprototype%5D%5Bpolluted%5D=1`,
  ),
  hostile('deep-brackets', 'brackets 40 deep', `${update(RECORDED_AUTH)}&data${'%5Ba%5D'.repeat(40)}=1`),
];
