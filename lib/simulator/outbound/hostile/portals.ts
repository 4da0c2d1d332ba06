import { event, type HostileRequest, install, request, robot, uninstall, WRONG_TOKEN } from './request.ts';

const ROBOT = { path: '/robot' };
const INSTALL = { path: '/install' };
const STRANGER = 'ffffffffffffffffffffffffffffffff';

/** Invalid portal names: the name becomes part of a secret's name (D§4). */
const NAMES: readonly (readonly [string, string, unknown, number])[] = [
  ['upper-case', 'the member_id in upper case', 'D897063E1CE7C5EB9F04B9751EEF5915', 403],
  ['space-behind', 'a space behind the member_id', 'd897063e1ce7c5eb9f04b9751eef5915 ', 400],
  [
    'newline-behind',
    'a line break behind the member_id, where a pattern may end',
    'd897063e1ce7c5eb9f04b9751eef5915\n',
    400,
  ],
  ['nul-behind', 'a NUL behind the member_id', 'd897063e1ce7c5eb9f04b9751eef5915\0', 400],
  ['path', 'a way out of the folder of the portals', '../app', 400],
  ['dots', 'the folder above the portals', '..', 403],
  ['encoded-path', 'the same, encoded twice', '..%2fapp', 400],
  ['slash', 'a secret below another portal', 'd897063e1ce7c5eb9f04b9751eef5915/app', 400],
  ['backslash', 'the same for Windows', '..\\app', 400],
  ['arn', 'the ARN of somebody else’s secret', 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:x', 400],
  ['wildcard', 'every portal', '*', 400],
  ['empty', 'no portal', '', 400],
  ['too-long', 'a member_id of 65 signs', 'a'.repeat(65), 400],
  ['lookalike', 'a member_id with Cyrillic letters', 'd897063е1се7с5еb9f04b9751ееf5915', 400],
  ['proto', 'a member_id that objects inherit', '__proto__', 403],
  ['constructor', 'another member_id that objects inherit', 'constructor', 403],
  ['log-line', 'a second line for the log', 'x\r\n{"level":"INFO","event":"portal_added"}', 400],
  ['query', 'an injection into a query', "' OR 1=1 --", 400],
  ['template', 'an expression for whoever formats it', '\u0024{jndi:ldap://127.0.0.1:47001/a}', 400],
  ['list', 'two portals at once', ['d897063e1ce7c5eb9f04b9751eef5915', STRANGER], 400],
];

/** Portals without the application, and names that are not portals. */
export const PORTALS: readonly HostileRequest[] = [
  request('unknown-portal', 'a member_id that has not installed the application', event({ member_id: STRANGER }), 403),
  request('unknown-portal-robot', 'the same for a robot', robot({}, { member_id: STRANGER }), 403, ROBOT),
  request(
    'unknown-portal-uninstall',
    'the same for an uninstallation',
    uninstall({ member_id: STRANGER }),
    403,
    INSTALL,
  ),
  request(
    'foreign-portal-own-token',
    'a call captured at another portal, aimed at this one',
    robot(
      {},
      {
        application_token: WRONG_TOKEN,
        domain: 'other.bitrix24.com',
        client_endpoint: 'https://other.bitrix24.com/rest/',
      },
    ),
    403,
    ROBOT,
  ),
  request('portal-missing', 'no member_id at all', event({ member_id: undefined }), 400),
  ...NAMES.map(([name, attacks, member_id, status]) =>
    request(`portal-${name}`, attacks, event({ member_id }), status),
  ),
  request(
    'portal-path-install',
    'an installation under the name of the application’s own secret',
    install({ member_id: '../app' }),
    400,
    INSTALL,
  ),
];
