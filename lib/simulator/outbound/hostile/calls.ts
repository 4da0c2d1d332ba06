import { event, type HostileRequest, install, request, robot, uninstall, WRONG_TOKEN } from './request.ts';

const EVENT = { path: '/event' };
const ROBOT = { path: '/robot' };
const INSTALL = { path: '/install' };
const WRONG = { application_token: WRONG_TOKEN };

/** Event names in other spellings; the real sender may use any case (B§5.2). */
const EVENTS: readonly HostileRequest[] = [
  request(
    'event-camel-case',
    'the name in camel case, with a wrong token',
    event(WRONG, { event: 'onCrmDealUpdate' }),
    403,
  ),
  request(
    'event-lower-case-uninstall',
    'an uninstallation in lower case, with a wrong token',
    uninstall(WRONG, { event: 'onappuninstall' }),
    403,
    INSTALL,
  ),
  request(
    'event-mixed-case-install',
    'an installation in mixed case, with endpoints of somebody else',
    install({ server_endpoint: 'https://evil.example/rest/' }, { event: 'OnAppInstall' }),
    403,
    INSTALL,
  ),
  request(
    'event-long-s',
    'a letter that becomes S in upper case',
    install({}, { event: 'ONAPPINſTALL' }),
    400,
    INSTALL,
  ),
  request(
    'event-dotless-i',
    'a letter that becomes I in upper case',
    install({}, { event: 'ONAPPıNSTALL' }),
    400,
    INSTALL,
  ),
  request(
    'event-unknown',
    'an event that nobody knows, with a wrong token',
    event(WRONG, { event: 'ONEVERYTHING' }),
    403,
  ),
  request('event-spaces', 'spaces around the name', event({}, { event: ' ONCRMDEALUPDATE ' }), 400),
  request('event-too-long', 'a name of 65 signs', event({}, { event: 'A'.repeat(65) }), 400),
  request('event-digit', 'a name that begins with a digit', event({}, { event: '1ONCRMDEALUPDATE' }), 400),
  request('event-path', 'a path as the name', event({}, { event: '../../install' }), 400),
  request('event-missing', 'no name', event({}, { event: undefined }), 400),
  request('event-crm-at-install', 'an event of the CRM at the address of installations', event(), 400, INSTALL),
  request(
    'event-unknown-at-install',
    'an event that nobody knows there',
    event({}, { event: 'ONAPPTEST' }),
    400,
    INSTALL,
  ),
];

/** Calls to the wrong route, or of two kinds at once. */
const CONFUSED: readonly HostileRequest[] = [
  request('event-at-robot', 'an event at the address of robots', event(), 400, ROBOT),
  request('robot-at-event', 'a robot at the address of events', robot(), 400, EVENT),
  request('robot-at-install', 'a robot at the address of installations', robot(), 400, INSTALL),
  request('robot-and-event', 'a robot that is an event as well', robot({ event: 'ONCRMDEALUPDATE' }), 400, ROBOT),
  request('robot-and-empty-event', 'a robot with an empty event', `event=&${robot()}`, 400, ROBOT),
  request('frame-at-event', 'the frame of a portal at the address of events', frame(), 400, EVENT),
  request('frame-at-robot', 'the frame of a portal at the address of robots', frame(), 400, ROBOT),
  request(
    'update-at-event',
    'an update at the address of events, with a wrong token',
    install(WRONG, { event: 'ONAPPUPDATE' }),
    403,
    EVENT,
  ),
];

/** What the portal posts into its frame (B§7.4). */
function frame(): string {
  return 'AUTH_ID=forged&AUTH_EXPIRES=3600&REFRESH_ID=forged&member_id=d897063e1ce7c5eb9f04b9751eef5915&status=L&PLACEMENT=DEFAULT&PLACEMENT_OPTIONS=undefined';
}

/** Installations that lack something or carry too much. */
const INSTALLATIONS: readonly HostileRequest[] = [
  request(
    'install-without-access-token',
    'no access token to ask about',
    install({ access_token: undefined }),
    400,
    INSTALL,
  ),
  request('install-without-refresh-token', 'no refresh token', install({ refresh_token: undefined }), 400, INSTALL),
  request('install-empty-access-token', 'an empty access token', install({ access_token: '' }), 400, INSTALL),
  request('install-list-of-tokens', 'a list of access tokens', install({ access_token: ['a', 'b'] }), 400, INSTALL),
  request(
    'install-long-token',
    'an access token of 5,000 signs',
    install({ access_token: 'a'.repeat(5000) }),
    400,
    INSTALL,
  ),
  request(
    'install-auth-text',
    'auth as a text',
    'event=ONAPPINSTALL&auth=d897063e1ce7c5eb9f04b9751eef5915',
    400,
    INSTALL,
  ),
];

/** A robot's own fields. */
const ROBOTS: readonly HostileRequest[] = [
  request('robot-other-code', 'another application’s robot', robot({ code: 'someone_elses' }), 400, ROBOT),
  request('robot-code-missing', 'no robot', robot({ code: undefined }), 400, ROBOT),
  request('robot-code-inherited', 'a robot that objects inherit', robot({ code: 'constructor' }), 400, ROBOT),
  request('robot-workflow-missing', 'no workflow', robot({ workflow_id: undefined }), 400, ROBOT),
  request('robot-workflow-too-long', 'a workflow of 129 signs', robot({ workflow_id: 'a'.repeat(129) }), 400, ROBOT),
  request(
    'robot-workflow-log-line',
    'a second line for the log',
    robot({ workflow_id: 'a\n{"level":"ERROR","alarm":true}' }),
    400,
    ROBOT,
  ),
  request(
    'robot-workflow-escape',
    'an escape sequence for a terminal',
    robot({ workflow_id: '\u001b[2Ja' }),
    400,
    ROBOT,
  ),
  request('robot-token-missing', 'nothing to answer with', robot({ event_token: undefined }), 400, ROBOT),
  request(
    'robot-token-too-long',
    'an event token of 2,049 signs',
    robot({ event_token: 'a'.repeat(2049) }),
    400,
    ROBOT,
  ),
  request('robot-token-newline', 'a line break in the event token', robot({ event_token: 'a|b|c\nd' }), 400, ROBOT),
  request('robot-token-list', 'a list of event tokens', robot({ event_token: ['a', 'b'] }), 400, ROBOT),
];

export const CALLS: readonly HostileRequest[] = [...EVENTS, ...CONFUSED, ...INSTALLATIONS, ...ROBOTS];
