import { describe, expect, test } from '@jest/globals';
import { commandAdvice, portalAdvice, unreadableText } from '../../../../lib/cli/shared/advice.ts';
import { capturedOutput } from '../../../support/cli/captured-output.ts';

const CLI = 'npm run --silent cli --';

/** Codes whose advice names a command, and one that is not known. */
const PORTAL_CODES = [
  'GRANT_MISSING',
  'GRANT_DEAD',
  'APP_CREDENTIALS_MISSING',
  'INVALID_CLIENT',
  'WRONG_CLIENT',
  'PORTAL_MOVED',
  'ENDPOINT_REFUSED',
  'NO_AUTH_FOUND',
  'INVALID_CREDENTIALS',
  'AUTHORIZATION_ERROR',
  'APPLICATION_NOT_FOUND',
  'APPLICATION_UNINSTALLED',
  'NOT_INSTALLED',
  'ERROR_OAUTH',
  'SOMETHING_NEW',
];

describe.each([
  ['--home', { home: '/tmp/a b' }, `${CLI} --home '/tmp/a b'`],
  ['--stage', { stage: 'prod' }, `${CLI} --stage prod`],
  ['--stage and --region', { stage: 'prod', region: 'eu-west-1' }, `${CLI} --stage prod --region eu-west-1`],
  ['no choice of a stack', {}, CLI],
])('with %s', (_, choice, cli) => {
  const { out } = capturedOutput(choice);
  const advices = [
    ...PORTAL_CODES.map((code) => portalAdvice(code, 'acme', out)),
    ...['UNREACHABLE', 'NO_ANSWER'].map((code) => commandAdvice(code, 'acme', out)),
    ...['NOT_FOUND', 'SOMETHING_NEW'].map((code) => unreadableText(code, 'acme', out)),
  ];

  test.each(advices)('every command of an advice is whole: %s', (advice) => {
    const commands = [...(advice ?? '').matchAll(/"([^"]+)"/g)].map(([, command]) => command);

    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      expect(command).toMatch(/ (portal|app|cleanup|rules) \w+ /);
      expect(command?.startsWith(`${cli} `)).toBe(true);
    }
    expect(advice).not.toMatch(/`|PORTAL/);
  });
});

test('finds a code in any case, and has nothing to say about an unknown one', () => {
  const { out } = capturedOutput();

  expect(commandAdvice('access_denied', 'acme', out)).toContain('may not edit this element');
  expect(commandAdvice('payment_required', 'acme', out)).toBe('the subscription of the portal has ended');
  expect(commandAdvice('SOMETHING_NEW', 'acme', out)).toBeNull();
  expect(commandAdvice('constructor', 'acme', out)).toBeNull();
  expect(commandAdvice(null, 'acme', out)).toBeNull();
});

test('names an error without a code as what it is', () => {
  const { out } = capturedOutput();

  expect(unreadableText('', 'acme', out)).toMatch(/^an error without a code: /);
  expect(unreadableText('ACCESS_DENIED', 'acme', out)).toMatch(/^ACCESS_DENIED: the user of the grant may not read it/);
});
