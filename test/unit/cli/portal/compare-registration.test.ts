import { expect, test } from '@jest/globals';
import { ROBOT_CODE } from '../../../../lib/bitrix24/registration/robot-definition.ts';
import { wantedSubscriptions } from '../../../../lib/bitrix24/registration/subscriptions.ts';
import type { RestAnswer } from '../../../../lib/bitrix24/rest/rest-call.ts';
import { compareRegistration, type Registered } from '../../../../lib/cli/portal/compare-registration.ts';
import { capturedOutput } from '../../../support/cli/captured-output.ts';

const { out } = capturedOutput({ stage: 'prod' });
const URL_HERE = 'https://here.example';

const result = (value: unknown) => ({ kind: 'result', result: value }) as RestAnswer;
const refusal = (code: string) => ({ kind: 'error', code, status: 403 }) as unknown as RestAnswer;
const eventsAt = (url: string) => result(wantedSubscriptions(url));

const RIGHT: Registered = {
  portal: 'acme',
  robots: result([ROBOT_CODE]),
  events: eventsAt(URL_HERE),
  app: result({ INSTALLED: true, PAYMENT_EXPIRED: 'N' }),
  info: { kind: 'info', clientId: 'app', scope: ['crm', 'bizproc'] } as unknown as Registered['info'],
  credentials: { clientId: 'app', clientSecret: 'secret' },
  publicUrl: URL_HERE,
  unreachable: false,
};

const problemsOf = (more: Partial<Registered>) => compareRegistration({ ...RIGHT, ...more }, out);

test('a registration that is complete has no differences', () => {
  expect(problemsOf({})).toEqual([]);
});

test.each<[string, Partial<Registered>, boolean]>([
  ['ROBOT_MISSING', { robots: result([]) }, true],
  ['ROBOT_MISSING', { robots: result([]), unreachable: true }, false],
  ['EVENTS_MISSING', { events: result([]) }, true],
  ['SUBSCRIPTION_EXPIRED', { app: result({ PAYMENT_EXPIRED: 'Y' }) }, false],
  ['INSTALLATION_NOT_FINISHED', { app: result({ INSTALLED: false }) }, false],
  ['APP_CREDENTIALS_MISSING', { credentials: null }, false],
  ['CLIENT_ID_MISMATCH', { credentials: { clientId: 'other', clientSecret: 'x' } }, false],
  ['SCOPE_MISSING', { robots: refusal('insufficient_scope') }, false],
  ['NOT_ADMIN', { events: refusal('ACCESS_DENIED') }, false],
  ['NO_ANSWER', { events: undefined }, false],
])('%s is found; a registration helps: %j', (problem, more, fixable) => {
  expect(problemsOf(more)).toEqual([expect.objectContaining({ problem, fixable })]);
});

test('a registration that helps is advised as a whole command', () => {
  const [difference] = problemsOf({ robots: result([]) });

  expect(difference?.advice).toBe('run "npm run --silent cli -- --stage prod portal check --portal acme --fix"');
});

test('events are not compared with an address where nobody answers, or which is not known', () => {
  const elsewhere = eventsAt('https://elsewhere.example');

  expect(problemsOf({ events: elsewhere, unreachable: true })).toEqual([]);
  expect(problemsOf({ events: elsewhere, publicUrl: '' })).toEqual([]);
});
