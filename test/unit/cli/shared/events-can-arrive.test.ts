import { expect, test } from '@jest/globals';
import { eventsCanArrive, howEventsArrive } from '../../../../lib/cli/shared/events-can-arrive.ts';
import { contextWith } from '../../../support/cli/context-with.ts';

const WEBHOOK = { kind: 'webhook', memberId: 'acme', url: 'https://acme.bitrix24.com/rest/1/x/' } as const;

test('a webhook receives events only with the token of an outbound one', () => {
  expect(eventsCanArrive({ ...WEBHOOK, applicationToken: null })).toBe(false);
  expect(eventsCanArrive({ ...WEBHOOK, applicationToken: 'token' })).toBe(true);
});

test('the outbound webhook has to call the address of the stack, if that is known', () => {
  const { config } = contextWith({});

  expect(howEventsArrive(config)).toContain('calls http://127.0.0.1:3000/event');
  expect(howEventsArrive({ ...config, publicUrl: '' })).toContain('calls the address …/event of the stack');
});
