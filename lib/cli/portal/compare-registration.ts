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
import { portalAdvice } from '../shared/advice.ts';

/** Something that is not as it should be, and what to do about it. `fixable`: a registration mends it. */
export type Difference = {
  readonly problem: string;
  readonly text: string;
  readonly advice: string;
  readonly fixable: boolean;
};

/** What the portal and the OAuth host say of the application. */
export type Registered = {
  /** `bizproc.robot.list`, `event.get`, `app.info` of the portal. */
  readonly robots: RestAnswer | undefined;
  readonly events: RestAnswer | undefined;
  readonly app: RestAnswer | undefined;
  readonly info: AppInfo;
  readonly credentials: AppCredentials | null;
  /** Empty: not known, so handlers cannot be compared. */
  readonly publicUrl: string;
  /** Nobody answers there: nothing is to be moved to it, and it may not be the address that is in use. */
  readonly silent: boolean;
};

const SCOPES = ['crm', 'bizproc'];
const FIX = 'run "portal check --fix"';

/** Compares what should be registered with what is (B§5.3, B§6.1, B§7.1). */
export function portalDifferences(registered: Registered): Difference[] {
  const all = [
    ...appDifferences(registered.app),
    ...oauthDifferences(registered),
    ...robotDifferences(registered),
    ...eventDifferences(registered),
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
            'the paid period of the application is over, and the portal sends no events',
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

function oauthDifferences({ info, credentials }: Registered): Difference[] {
  if (credentials === null) {
    const text = 'the client id and secret of the application are not known: the grant ends within an hour';
    return [difference('APP_CREDENTIALS_MISSING', text, 'run "app set"')];
  }
  if (info.kind === 'unanswered') {
    return [difference('OAUTH_UNANSWERED', 'the OAuth server does not answer', 'try again in a minute')];
  }
  if (info.kind === 'denied') {
    return [difference('OAUTH_DENIED', `the OAuth server says ${info.code}`, portalAdvice(info.code))];
  }
  const foreign = info.clientId !== credentials.clientId;
  const text = `the grant belongs to another application: ${info.clientId}`;
  return [
    ...(foreign ? [difference('CLIENT_ID_MISMATCH', text, 'run "app set" with its client id and secret')] : []),
    ...SCOPES.filter((scope) => !info.scope.includes(scope)).map(scopeMissing),
  ];
}

const scopeMissing = (scope: string): Difference =>
  difference(
    'SCOPE_MISSING',
    `the application has no right to ${scope}`,
    `tick ${scope} in the settings of the application, then install it again`,
  );

function robotDifferences({ robots, silent, publicUrl }: Registered): Difference[] {
  if (robots?.kind !== 'result') return refusedDifferences(robots, 'bizproc');
  if (Array.isArray(robots.result) && robots.result.includes(ROBOT_CODE)) return [];
  const advice = silent ? `see first that somebody answers at ${publicUrl}, then ${FIX}` : FIX;
  return [difference('ROBOT_MISSING', 'the robot is not registered', advice, !silent)];
}

function eventDifferences({ events, publicUrl, silent }: Registered): Difference[] {
  if (events?.kind !== 'result') return refusedDifferences(events, null);
  if (publicUrl === '' || silent) return [];
  const found = compareSubscriptions(wantedSubscriptions(publicUrl), readSubscriptions(events.result));
  const names = (subscriptions: readonly Subscription[]) => subscriptions.map(({ event }) => event).join(', ');
  const missing = `events do not arrive at ${publicUrl}: ${names(found.missing)}`;
  const outdated = `events still go to an earlier address: ${names(found.outdated)}`;
  return [
    ...(found.missing.length > 0 ? [difference('EVENTS_MISSING', missing, FIX, true)] : []),
    ...(found.outdated.length > 0 ? [difference('EVENTS_OUTDATED', outdated, FIX, true)] : []),
  ];
}

/** Only an administrator's token may see and register robots (B§6.1). */
function refusedDifferences(answer: RestAnswer | undefined, scope: string | null): Difference[] {
  const code = answer?.kind === 'error' ? answer.code.toUpperCase() : 'NO_ANSWER';
  if (code === 'INSUFFICIENT_SCOPE' && scope !== null) return [scopeMissing(scope)];
  if (code === 'ACCESS_DENIED') {
    return [
      difference(
        'NOT_ADMIN',
        'the user of the grant is no administrator of the portal: robot and events cannot be registered',
        'let an administrator install the application again',
      ),
    ];
  }
  if (code === 'NO_ANSWER') return [difference(code, 'the portal did not answer in time', 'try again in a minute')];
  return [difference(code, `the portal does not show what is registered: ${code}`, portalAdvice(code))];
}
