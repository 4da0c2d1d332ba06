import { describe, expect, test } from '@jest/globals';
import { readEvent } from '../../../../lib/bitrix24/inbound/inbound-event.ts';
import { readForm } from '../../../../lib/bitrix24/inbound/read-form.ts';

const AUTH = {
  'auth[member_id]': 'd897063e1ce7c5eb9f04b9751eef5915',
  'auth[application_token]': '51856fefc120afa4b628cc82d3935cce',
  'auth[domain]': 'acme.example.com',
};
const TOKENS = {
  'auth[access_token]': 'an-access-token',
  'auth[refresh_token]': 'a-refresh-token',
  'auth[server_endpoint]': 'https://oauth.bitrix.info/rest/',
};

function event(fields: { [name: string]: string }) {
  const reading = readForm(Buffer.from(new URLSearchParams(fields).toString()), 'application/x-www-form-urlencoded');
  if (reading.kind !== 'form') throw new Error(reading.reason);
  return readEvent(reading.form);
}

describe('readEvent', () => {
  test.each([
    ['ONCRMACTIVITYUPDATE', { 'data[FIELDS][ID]': '999' }, { kind: 'activity', action: 'update', activityId: 999 }],
    ['onCrmActivityAdd', { 'data[FIELDS][ID]': '999' }, { kind: 'activity', action: 'add', activityId: 999 }],
    ['ONCRMACTIVITYDELETE', { 'data[FIELDS][ID]': '999' }, { kind: 'activity', action: 'delete', activityId: 999 }],
    [
      'ONCRMDEALUPDATE',
      { 'data[FIELDS][ID]': '5' },
      { kind: 'element', action: 'update', element: { entityTypeId: 2, entityId: 5 } },
    ],
    [
      'ONCRMLEADADD',
      { 'data[FIELDS][ID]': '5' },
      { kind: 'element', action: 'add', element: { entityTypeId: 1, entityId: 5 } },
    ],
    [
      'ONCRMCONTACTDELETE',
      { 'data[FIELDS][ID]': '5' },
      { kind: 'element', action: 'delete', element: { entityTypeId: 3, entityId: 5 } },
    ],
    [
      'ONCRMCOMPANYUPDATE',
      { 'data[FIELDS][ID]': '5' },
      { kind: 'element', action: 'update', element: { entityTypeId: 4, entityId: 5 } },
    ],
    [
      'ONCRMQUOTEUPDATE',
      { 'data[FIELDS][ID]': '5' },
      { kind: 'element', action: 'update', element: { entityTypeId: 7, entityId: 5 } },
    ],
    [
      'ONCRMDEALMOVETOCATEGORY',
      { 'data[FIELDS][ID]': '5', 'data[FIELDS][CATEGORY_ID]': '3', 'data[FIELDS][STAGE_ID]': 'C3:NEW' },
      { kind: 'element', action: 'move', element: { entityTypeId: 2, entityId: 5 } },
    ],
    [
      'ONCRMDYNAMICITEMUPDATE',
      { 'data[FIELDS][ID]': '5', 'data[FIELDS][ENTITY_TYPE_ID]': '147' },
      { kind: 'element', action: 'update', element: { entityTypeId: 147, entityId: 5 } },
    ],
    [
      'ONCRMDYNAMICITEMADD_1032',
      { 'data[FIELDS][ID]': '5', 'data[FIELDS][ENTITY_TYPE_ID]': '1032' },
      { kind: 'element', action: 'add', element: { entityTypeId: 1032, entityId: 5 } },
    ],
    [
      'ONCRMDYNAMICITEMADD_1032',
      { 'data[FIELDS][ID]': '5' },
      { kind: 'element', action: 'add', element: { entityTypeId: 1032, entityId: 5 } },
    ],
    ['ONAPPUNINSTALL', { 'data[LANGUAGE_ID]': 'en', 'data[CLEAN]': '1' }, { kind: 'uninstall' }],
    ['ONCRMDEALUSERFIELDADD', {}, { kind: 'other' }],
    ['ONAPPTEST', { 'data[QUERY][any]': 'x' }, { kind: 'other' }],
    ['ONOFFLINEEVENT', {}, { kind: 'other' }],
  ])('reads %s', (name, data, change) => {
    expect(event({ event: name, ...data, ...AUTH })).toEqual({
      kind: 'event',
      name: name.toUpperCase(),
      auth: { memberId: AUTH['auth[member_id]'], applicationToken: AUTH['auth[application_token]'] },
      builtAt: null,
      change,
    });
  });

  test.each([
    ['ONAPPINSTALL', 'install'],
    ['ONAPPUPDATE', 'update'],
  ])('takes the tokens of %s', (name, kind) => {
    expect(event({ event: name, ...AUTH, ...TOKENS })).toMatchObject({
      change: {
        kind,
        tokens: {
          accessToken: 'an-access-token',
          refreshToken: 'a-refresh-token',
          serverEndpoint: 'https://oauth.bitrix.info/rest/',
        },
      },
    });
  });

  test.each([
    ['1466439714', 1_466_439_714_000],
    ['999999999999', 999_999_999_999_000],
    ['', null],
    ['0', null],
    ['-1466439714', null],
    ['1466439714.5', null],
    ['1.4e9', null],
    [' 1466439714', null],
    ['1466439714\n', null],
    ['0x57682d62', null],
    ['NaN', null],
    ['Infinity', null],
    ['١٤٦٦٤٣٩٧١٤', null],
    ['9'.repeat(400), null],
  ])('takes the time of ts %j, or does without it', (ts, builtAt) => {
    expect(event({ event: 'ONAPPUNINSTALL', ts, ...AUTH })).toMatchObject({ kind: 'event', builtAt });
  });

  test.each(['ts[]', 'ts[x]', 'ts[x][y]'])('does without a time that is sent as %s', (name) => {
    expect(event({ event: 'ONAPPUNINSTALL', [name]: '1466439714', ...AUTH })).toMatchObject({ builtAt: null });
  });

  test.each([
    ['event', {}],
    ['event', { event: 'not a name' }],
    ['auth[member_id]', { event: 'ONAPPTEST', 'auth[member_id]': '../app' }],
    ['auth[member_id]', { event: 'ONAPPTEST', 'auth[member_id]': 'x'.repeat(65) }],
    ['auth[application_token]', { event: 'ONAPPTEST', 'auth[application_token]': '' }],
    ['data[FIELDS][ID]', { event: 'ONCRMACTIVITYUPDATE' }],
    ['data[FIELDS][ID]', { event: 'ONCRMACTIVITYUPDATE', 'data[FIELDS][ID]': 'secret1' }],
    ['data[FIELDS][ID]', { event: 'ONCRMDEALUPDATE', 'data[FIELDS][ID]': '0' }],
    ['data[FIELDS][ID]', { event: 'ONCRMDEALUPDATE', 'data[FIELDS][ID][x]': '1' }],
    ['data[FIELDS][ENTITY_TYPE_ID]', { event: 'ONCRMDYNAMICITEMUPDATE', 'data[FIELDS][ID]': '5' }],
    [
      'data[FIELDS][ENTITY_TYPE_ID]',
      { event: 'ONCRMDYNAMICITEMUPDATE_147', 'data[FIELDS][ID]': '5', 'data[FIELDS][ENTITY_TYPE_ID]': '148' },
    ],
    ['auth[access_token]', { event: 'ONAPPINSTALL' }],
    ['auth[refresh_token]', { event: 'ONAPPINSTALL', 'auth[access_token]': 'a' }],
    ['auth[server_endpoint]', { event: 'ONAPPINSTALL', 'auth[access_token]': 'a', 'auth[refresh_token]': 'r' }],
  ])('names %s when it is missing or malformed', (field, fields) => {
    expect(event({ ...AUTH, ...fields })).toEqual({
      kind: 'rejected',
      reason: `${field} is missing or malformed`,
    });
  });
});
