import { REFRESH_TOKEN_LIFE_DAYS } from '../../bitrix24/limits.ts';
import { ROBOT_CODE } from '../../bitrix24/registration/robot-definition.ts';
import { SUBSCRIPTIONS } from '../../bitrix24/registration/subscriptions.ts';
import { failureCode } from '../../bitrix24/rest/error-policy.ts';
import { gotRestClient } from '../../bitrix24/rest/got-rest-client.ts';
import { fieldsOf } from '../../bitrix24/rest/read-answer.ts';
import type { RestAnswer, RestCall } from '../../bitrix24/rest/rest-call.ts';
import type { Grant } from '../../portal/grant.ts';
import { readableGrant } from '../../portal/grant-store.ts';
import { openPortal } from '../../portal/open-portal.ts';
import { RENEW_IDLE_DAYS } from '../../portal/policy.ts';
import type { PortalState } from '../../portal/portal-store.ts';
import { idleDays } from '../../portal/renew-idle-grants.ts';
import { grantDeps } from '../../runtime/grant-deps.ts';
import { UNINSTALLED } from '../../worker/fail-remaining-jobs.ts';
import { RENEWAL_OVERDUE_DAYS, SEND_WITHIN_MS } from '../policy.ts';
import { portalRules } from '../rules/select-rules.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { eventsCanArrive, howEventsArrive } from '../shared/events-can-arrive.ts';
import type { Out } from '../terminal/output.ts';
import { compareRegistration, type Difference, type Registered } from './compare-registration.ts';

/** What the inspection of a portal has shown. */
export type Inspection = {
  readonly grant: Grant | null;
  /** The portal answers calls with this grant. */
  readonly works: boolean;
  /** Why not. */
  readonly code: string | null;
  /** null: not asked, or not shown. */
  readonly robot: 'registered' | 'not registered' | null;
  readonly subscriptions: number | null;
  readonly license: string | null;
  readonly differences: readonly Difference[];
};

/** Needs only the scope that everything here needs, and costs the portal nothing. */
const CRM: RestCall = { method: 'crm.enum.ownertype', params: {} };
const APP: RestCall = { method: 'app.info', params: {} };
const ROBOTS: RestCall = { method: 'bizproc.robot.list', params: {} };

/**
 * One request to the portal, and one to the OAuth host for an application's grant. Changes nothing. `unreachable`: nobody
 * answers at the address that Bitrix24 is told to call.
 */
export async function inspectPortal(
  deps: CommandContext,
  state: PortalState,
  unreachable: boolean,
  out: Commands,
): Promise<Inspection> {
  const { portal } = state;
  const grant = readableGrant(await deps.stores.grants.read(portal));
  if (state.uninstalledAt !== undefined) return broken(grant, UNINSTALLED);

  const access = grantDeps(deps);
  const { clock, config } = deps;
  const client = gotRestClient({ clock, allowHttp: config.allowHttp });
  const rest = await openPortal({ ...access, memberId: portal, client, budget: state.budget });
  // Only an application has robots and events of its own (B§5.3, B§6.1).
  const calls = grant?.kind === 'oauth' ? [CRM, APP, ROBOTS, SUBSCRIPTIONS] : [CRM, APP];
  const asked = await rest.ask(calls, clock.now() + SEND_WITHIN_MS);
  if (asked.kind === 'failed') return broken(grant, failureCode(asked.failure));
  const [crm, app, robots, events] = asked.answers;
  if (crm?.kind !== 'result') return broken(grant, crm === undefined ? 'UNREACHABLE' : failureCode(crm));

  const current = readableGrant(await access.grants.read(portal)); // the request may have renewed it
  const differences =
    current?.kind === 'oauth'
      ? await compare(deps, current, { portal, app, robots, events, unreachable }, out)
      : await webhookDifferences(deps, current, portal, out);
  return {
    grant: current,
    works: true,
    code: null,
    robot: robotState(robots),
    subscriptions: events?.kind === 'result' && Array.isArray(events.result) ? events.result.length : null,
    license: licenseOf(app),
    differences: [...differences, ...ageDifferences(current, state, clock.now())],
  };
}

const broken = (grant: Grant | null, code: string): Inspection => ({
  grant,
  works: false,
  code,
  robot: null,
  subscriptions: null,
  license: null,
  differences: [],
});

type Commands = Pick<Out, 'command'>;

type Answers = Pick<Registered, 'portal' | 'app' | 'robots' | 'events' | 'unreachable'>;

async function compare(
  deps: CommandContext,
  grant: Grant & { kind: 'oauth' },
  answers: Answers,
  out: Commands,
): Promise<Difference[]> {
  const { oauth, store } = grantDeps(deps);
  const info = await oauth.appInfo(grant.serverEndpoint, grant.accessToken);
  const credentials = await store.readApp();
  return compareRegistration({ ...answers, info, credentials, publicUrl: deps.config.publicUrl }, out);
}

/** A webhook subscribes to nothing; events are wanted if rules are enabled. */
async function webhookDifferences(
  deps: CommandContext,
  grant: Grant | null,
  portal: string,
  out: Commands,
): Promise<Difference[]> {
  if (eventsCanArrive(grant)) return [];
  const rules = (await portalRules(portal, deps)) ?? [];
  if (!rules.some(({ enabled }) => enabled)) return [];
  const text = 'rules are enabled, but events cannot arrive: the token of an outbound webhook is not known';
  const add = out.command(`portal add --webhook URL --application-token TOKEN --member-id ${portal}`);
  const advice = `${howEventsArrive(deps.config)} with "${add}"; until then only the schedule follows the rules`;
  return [{ problem: 'EVENTS_CANNOT_ARRIVE', text, advice, fixable: false }];
}

function ageDifferences(grant: Grant | null, state: PortalState, now: number): Difference[] {
  const days = grant === null ? null : idleDays(grant, state, now);
  if (days === null || days < RENEW_IDLE_DAYS + RENEWAL_OVERDUE_DAYS) return [];
  const left = Math.max(0, Math.ceil(REFRESH_TOKEN_LIFE_DAYS - days));
  const advice = 'the daily schedule should have renewed it: see the log of the function "cleanup"';
  return [{ problem: 'GRANT_ENDS_SOON', text: `the grant ends in ${left} days`, advice, fixable: false }];
}

function robotState(answer: RestAnswer | undefined): Inspection['robot'] {
  if (answer?.kind !== 'result' || !Array.isArray(answer.result)) return null;
  return answer.result.includes(ROBOT_CODE) ? 'registered' : 'not registered';
}

function licenseOf(app: RestAnswer | undefined): string | null {
  const license = app?.kind === 'result' ? fieldsOf(app.result)?.LICENSE : null;
  return typeof license === 'string' ? license : null;
}
