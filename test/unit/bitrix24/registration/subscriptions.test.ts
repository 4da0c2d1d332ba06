import { describe, expect, test } from '@jest/globals';
import { EVENT_NAMES } from '../../../../lib/bitrix24/registration/event-names.ts';
import {
  compareSubscriptions,
  readSubscriptions,
  wantedSubscriptions,
} from '../../../../lib/bitrix24/registration/subscriptions.ts';

const URL = 'https://here.example.com';

test('every event has one handler, and those about the application itself go to /install', () => {
  const wanted = wantedSubscriptions(URL);

  expect(wanted.map(({ event }) => event)).toEqual(EVENT_NAMES);
  expect(wanted).toContainEqual({ event: 'ONAPPUNINSTALL', handler: `${URL}/install` });
  expect(wanted).toContainEqual({ event: 'ONCRMDEALUPDATE', handler: `${URL}/event` });
});

test.each([
  [null, []],
  [
    [{ event: 'OnCrmDealUpdate', handler: 'https://a/event' }],
    [{ event: 'ONCRMDEALUPDATE', handler: 'https://a/event' }],
  ],
  [[{ event: 'ONCRMDEALUPDATE', handler: '' }, { event: 1, handler: 'https://a/event' }, null], []],
])('%j is read as %j', (result, subscriptions) => {
  expect(readSubscriptions(result)).toEqual(subscriptions);
});

describe('compareSubscriptions', () => {
  const wanted = [{ event: 'ONCRMDEALUPDATE', handler: `${URL}/event` }];

  test.each([
    ['nothing', [], wanted, []],
    ['the same', wanted, [], []],
    ['an earlier address of ours', 'https://before.example.com/event', wanted, 'https://before.example.com/event'],
    ['another path of an earlier host', 'https://before.example.com/other', wanted, []],
    ['another path of this host', `${URL}/other`, wanted, []],
    ['something that is not a URL', 'x', wanted, []],
  ])('with %s bound', (_, bound, missing, outdated) => {
    const subscribed = (handlers: string | readonly (typeof wanted)[number][]) =>
      typeof handlers === 'string' ? [{ event: 'ONCRMDEALUPDATE', handler: handlers }] : handlers;

    expect(compareSubscriptions(wanted, subscribed(bound))).toEqual({ missing, outdated: subscribed(outdated) });
  });

  test('leaves other events of an earlier address alone', () => {
    const other = [{ event: 'ONCRMDEALADD', handler: 'https://before.example.com/event' }];

    expect(compareSubscriptions(wanted, other)).toEqual({ missing: wanted, outdated: [] });
  });
});
