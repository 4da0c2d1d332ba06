import { ROBOT_CODE } from '../../bitrix24/registration/robot-definition.ts';
import {
  compareSubscriptions,
  readSubscriptions,
  type Subscription,
  wantedSubscriptions,
} from '../../bitrix24/registration/subscriptions.ts';
import type { AppInfo } from '../../bitrix24/rest/oauth-client.ts';
import { fieldsOf } from '../../bitrix24/rest/read-answer.ts';
import type { RestAnswer } from '../../bitrix24/rest/rest-call.ts';
import type { AppCredentials } from '../../portal/grant.ts';
import { APP_SET, portalAdvice } from '../shared/advice.ts';
import type { Out } from '../terminal/output.ts';

/** A difference between what should be registered and what is, and what to do about it. `fixable`: registering again helps. */
export type Difference = {
  readonly problem: string;
  readonly text: string;
  readonly advice: string;
  readonly fixable: boolean;
};

/** What the portal and the OAuth host say about the application. */
export type Registered = {
  readonly portal: string;
  /** `bizproc.robot.list`, `event.get`, `app.info` of the portal. */
  readonly robots: RestAnswer | undefined;
  readonly events: RestAnswer | undefined;
  readonly app: RestAnswer | undefined;
  readonly info: AppInfo;
  readonly credentials: AppCredentials | null;
  /** Empty: not known, so handlers cannot be compared. */
  readonly publicUrl: string;
  /** Nobody answers there: nothing is moved to that address, which may not be the one in use. */
  readonly unreachable: boolean;
};

type Commands = Pick<Out, 'command'>;

const SCOPES = ['crm', 'bizproc'];

const fixWith = (portal: string, out: Commands): string =>
  `run "${out.command(`portal check --portal ${portal} --fix`)}"`;

/** Compares what should be registered with what is (B§5.3, B§6.1, B§7.1). */
export function compareRegistration(registered: Registered, out: Commands): Difference[] {
  const all = [
    ...appDifferences(registered.app),
    ...oauthDifferences(registered, out),
    ...robotDifferences(registered, out),
    ...eventDifferences(registered, out),
  ];
  return [...new Map(all.map((difference) => [difference.text, difference])).values()];
}

const difference = (problem: string, text: string, advice: string, fixable = false): Difference => ({
  problem,
  text,
  advice,
  fixable,
});

function appDifferences(app: RestAnswer | undefined): Difference[] {
  const { PAYMENT_EXPIRED: expired, INSTALLED: installed } = (app?.kind === 'result' && fieldsOf(app.result)) || {};
  return [
    ...(expired === 'Y'
      ? [
          difference(
            'SUBSCRIPTION_EXPIRED',
            'the paid period of the application has ended, and the portal sends no events',
            'extend the subscription in the portal',
          ),
        ]
      : []),
    ...(installed === false
      ? [
          difference(
            'INSTALLATION_NOT_FINISHED',
            'the installation was not finished: the portal sends no events',
            'install the application again, as one that uses the API only',
          ),
        ]
      : []),
  ];
}

function oauthDifferences({ portal, info, credentials }: Registered, out: Commands): Difference[] {
  if (credentials === null) {
    const text = 'the client id and secret of the application are not known: the grant expires within an hour';
    return [difference('APP_CREDENTIALS_MISSING', text, `run "${out.command(APP_SET)}"`)];
  }
  if (info.kind === 'unanswered') {
    return [difference('OAUTH_UNANSWERED', 'the OAuth server does not answer', 'try again in a minute')];
  }
  if (info.kind === 'denied') {
    return [difference('OAUTH_DENIED', `the OAuth server says ${info.code}`, portalAdvice(info.code, portal, out))];
  }
  const foreign = info.clientId !== credentials.clientId;
  const text = `the grant belongs to another application: ${info.clientId}`;
  return [
    ...(foreign
      ? [difference('CLIENT_ID_MISMATCH', text, `run "${out.command(APP_SET)}" with its client id and secret`)]
      : []),
    ...SCOPES.filter((scope) => !info.scope.includes(scope)).map(scopeMissing),
  ];
}

const scopeMissing = (scope: string): Difference =>
  difference(
    'SCOPE_MISSING',
    `the application has no access to ${scope}`,
    `tick ${scope} in the settings of the application, then install it again`,
  );

function robotDifferences({ portal, robots, unreachable, publicUrl }: Registered, out: Commands): Difference[] {
  if (robots?.kind !== 'result') return refusedDifferences(robots, 'bizproc', portal, out);
  if (Array.isArray(robots.result) && robots.result.includes(ROBOT_CODE)) return [];
  const fix = fixWith(portal, out);
  const advice = unreachable ? `make sure that somebody answers at ${publicUrl}, then ${fix}` : fix;
  return [difference('ROBOT_MISSING', 'the robot is not registered', advice, !unreachable)];
}

function eventDifferences({ portal, events, publicUrl, unreachable }: Registered, out: Commands): Difference[] {
  if (events?.kind !== 'result') return refusedDifferences(events, null, portal, out);
  if (publicUrl === '' || unreachable) return [];
  const found = compareSubscriptions(wantedSubscriptions(publicUrl), readSubscriptions(events.result));
  const names = (subscriptions: readonly Subscription[]) => subscriptions.map(({ event }) => event).join(', ');
  const missing = `events do not arrive at ${publicUrl}: ${names(found.missing)}`;
  const outdated = `events still go to an earlier address: ${names(found.outdated)}`;
  return [
    ...(found.missing.length > 0 ? [difference('EVENTS_MISSING', missing, fixWith(portal, out), true)] : []),
    ...(found.outdated.length > 0 ? [difference('EVENTS_OUTDATED', outdated, fixWith(portal, out), true)] : []),
  ];
}

/** Only an administrator's token may see and register robots (B§6.1). */
function refusedDifferences(
  answer: RestAnswer | undefined,
  scope: string | null,
  portal: string,
  out: Commands,
): Difference[] {
  const code = answer?.kind === 'error' ? answer.code.toUpperCase() : 'NO_ANSWER';
  if (code === 'INSUFFICIENT_SCOPE' && scope !== null) return [scopeMissing(scope)];
  if (code === 'ACCESS_DENIED') {
    return [
      difference(
        'NOT_ADMIN',
        'the user of the grant is not an administrator of the portal: robot and events cannot be registered',
        'let an administrator install the application again',
      ),
    ];
  }
  if (code === 'NO_ANSWER') return [difference(code, 'the portal did not answer in time', 'try again in a minute')];
  return [difference(code, `the portal does not tell what is registered: ${code}`, portalAdvice(code, portal, out))];
}
