import { event, FORM, type HostileRequest, install, request, robot, TOKEN, uninstall, WRONG_TOKEN } from './request.ts';

const EVENT = { path: '/event' };
const ROBOT = { path: '/robot' };
const INSTALL = { path: '/install' };

/** Tokens that are almost right. */
const NEAR_MISSES: readonly (readonly [string, string, string, number])[] = [
  ['last-sign', 'all but the last sign of the application_token', `${TOKEN.slice(0, -1)}f`, 403],
  ['first-sign', 'all but the first sign of the application_token', `6${TOKEN.slice(1)}`, 403],
  ['truncated', 'the application_token without its last sign', TOKEN.slice(0, -1), 403],
  ['first-half', 'the first half of the application_token', TOKEN.slice(0, 16), 403],
  ['longer', 'the application_token and one sign more', `${TOKEN}0`, 403],
  ['twice', 'the application_token twice', `${TOKEN}${TOKEN}`, 403],
  ['upper-case', 'the application_token in upper case', TOKEN.toUpperCase(), 403],
  ['space-before', 'a space before the application_token', ` ${TOKEN}`, 403],
  ['space-behind', 'a space behind the application_token', `${TOKEN} `, 403],
  ['nul-behind', 'a NUL behind the application_token, where C would end the text', `${TOKEN}\0`, 403],
  ['newline-behind', 'a line break behind the application_token', `${TOKEN}\n`, 403],
  ['full-width', 'the application_token in full-width signs', fullWidth(TOKEN), 403],
  ['quoted', 'the application_token in quotes', `"${TOKEN}"`, 403],
  ['empty', 'an empty application_token, for a grant that has none', '', 400],
  ['zero', 'an application_token that loose comparison takes for false', '0', 403],
  [
    'magic-hash',
    'an application_token that loose comparison takes for the number 0',
    '0e462097431906509019562988736854',
    403,
  ],
  ['null-word', 'the word null as application_token', 'null', 403],
  ['too-long', 'an application_token of 4,097 signs', 'a'.repeat(4097), 400],
];

function fullWidth(text: string): string {
  return text
    .split('')
    .map((sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0))
    .join('');
}

const WRONG = { application_token: WRONG_TOKEN };

/** Senders that pretend to be the portal. */
export const SENDERS: readonly HostileRequest[] = [
  request('wrong-application-token', 'a known portal with another application_token', event(WRONG), 403, EVENT),
  request(
    'wrong-token-robot',
    'a robot of a known portal with another application_token',
    robot({}, WRONG),
    403,
    ROBOT,
  ),
  request(
    'wrong-token-uninstall',
    'takes a portal away with another application_token',
    uninstall(WRONG),
    403,
    INSTALL,
  ),
  request('wrong-token-uninstall-at-event', 'the same at the other address', uninstall(WRONG), 403, EVENT),
  ...NEAR_MISSES.map(([name, attacks, application_token, status]) =>
    request(`token-${name}`, attacks, robot({}, { application_token }), status, ROBOT),
  ),
  request('token-missing', 'no application_token at all', robot({}, { application_token: undefined }), 400, ROBOT),
  request('token-list', 'a list of tokens, one of them right', event({ application_token: [TOKEN, TOKEN] }), 400),
  request('token-group', 'the right token one level deeper', event({ application_token: { value: TOKEN } }), 400),
  request(
    'token-twice-last-wrong',
    'the right application_token, then a wrong one: PHP takes the last',
    `${event()}&auth%5Bapplication_token%5D=${WRONG_TOKEN}`,
    403,
  ),
  request('token-in-query', 'the right token in the address only', event({ application_token: undefined }), 400, {
    path: `/event?auth%5Bapplication_token%5D=${TOKEN}`,
  }),
  request('token-in-header', 'the right token in a header only', event({ application_token: undefined }), 400, {
    headers: { 'content-type': FORM, authorization: `Bearer ${TOKEN}`, 'x-application-token': TOKEN },
  }),
  request('token-in-cookie', 'the right token in a cookie only', event({ application_token: undefined }), 400, {
    headers: { 'content-type': FORM, cookie: `auth[application_token]=${TOKEN}; application_token=${TOKEN}` },
  }),
  request(
    'token-at-top-level',
    'the right token outside of auth',
    event(WRONG, { application_token: TOKEN, APPLICATION_TOKEN: TOKEN }),
    403,
  ),
  request(
    'auth-in-other-case',
    'the right token in AUTH instead of auth',
    event({}, {}).replaceAll('auth%5B', 'AUTH%5B'),
    400,
  ),
  request(
    'access-token-instead',
    'a valid looking access token in place of the application_token',
    event({ application_token: 'recorded-access-token-of-user-67' }),
    403,
  ),
  request(
    'replay-of-an-older-token',
    'an uninstallation captured before the token was renewed',
    uninstall({ application_token: '9f2d4b6a8c0e1f3a5b7d9c1e3f5a7b9d' }),
    403,
    INSTALL,
  ),
  request(
    'update-with-wrong-token',
    'a new version of the application, with tokens of somebody else',
    install(WRONG, { event: 'ONAPPUPDATE' }),
    403,
    INSTALL,
  ),
];
