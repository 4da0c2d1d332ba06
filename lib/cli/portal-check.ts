import { randomUUID } from 'node:crypto';
import { gotRestClient } from '../bitrix24/got-rest-client.ts';
import { oauthClient } from '../bitrix24/oauth-client.ts';
import type { RestAnswer, RestCall } from '../bitrix24/rest-call.ts';
import { ROBOT_CODE } from '../bitrix24/robot-definition.ts';
import type { Grant } from '../portal/grant.ts';
import { grantCache } from '../portal/grant-cache.ts';
import { openPortal } from '../portal/portal-access.ts';
import type { PortalState } from '../portal/portal-store.ts';
import { ring } from '../unbind/ring.ts';
import { portalAdvice } from './advice.ts';
import type { CommandMeans } from './command-means.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { grantHost } from './grant-host.ts';
import { knownPortal } from './known-portal.ts';
import type { Out } from './out.ts';

/** Needs the scope that everything here needs, and costs the portal nothing. */
const CRM: RestCall = { method: 'crm.enum.ownertype', params: {} };
const ROBOTS: RestCall = { method: 'bizproc.robot.list', params: {} };
const EVENTS: RestCall = { method: 'event.get', params: {} };

const SEND_WITHIN_MS = 5_000;

/** Calls the portal once and says what works; a stopped portal that answers is restarted (D§3). No name: all portals. */
export async function portalCheck(means: CommandMeans, portal: string | undefined, out: Out): Promise<ExitCode> {
  const states: PortalState[] = [];
  if (portal === undefined) for await (const state of means.stores.portals.list()) states.push(state);
  else {
    const state = await knownPortal(portal, means, out);
    if (state === null) return EXIT.notDone;
    states.push(state);
  }
  if (states.length === 0) out.say('There are no portals yet. Add one: portal add --webhook URL');

  let works = states.length > 0;
  for (const state of states) works = (await checkOne(means, state, out)) && works;
  return works ? EXIT.done : EXIT.notDone;
}

async function checkOne(means: CommandMeans, state: PortalState, out: Out): Promise<boolean> {
  const { portal, paused, stop } = state;
  const grant = (await means.stores.grants.read(portal))?.grant ?? null;
  const who = { portal, kind: grant?.kind ?? null, host: grant === null ? null : grantHost(grant), paused };
  const [crm, robots, events] = await ask(means, state, grant);

  if (crm?.kind !== 'result') {
    const code = codeOf(crm);
    out.record({ ...who, works: false, code }, `${portal}: does not work: ${code}`);
    out.say(crm?.kind === 'error' ? `${portal}: ${portalAdvice(code)}` : `${portal}: no answer; try again in a minute`);
    return false;
  }
  const robot = robotState(robots);
  const subscriptions = events?.kind === 'result' && Array.isArray(events.result) ? events.result.length : null;
  if (stop !== null) await restart(portal, means);

  const parts = [
    'REST works',
    ...(robot === null ? [] : [`robot ${robot}`]),
    ...(subscriptions === null ? [] : [`${subscriptions} event subscriptions`]),
    ...(stop === null ? [] : [`restarted (was stopped: ${stop.code})`]),
  ];
  out.record(
    { ...who, works: true, code: null, robot, subscriptions, restarted: stop !== null },
    `${portal}: ${parts.join(', ')}`,
  );
  if (paused) out.say(`${portal} is paused. Let it go on: portal resume --portal ${portal}`);
  return true;
}

/** Only an application has robots and events of its own (B§5.3, B§6.1). All in one request. */
async function ask(means: CommandMeans, { portal, budget }: PortalState, grant: Grant | null): Promise<RestAnswer[]> {
  const { config, stores, clock } = means;
  const { allowHttp, oauthHosts } = config;
  const rest = await openPortal({
    memberId: portal,
    grants: grantCache(stores.grants, clock),
    store: stores.grants,
    leases: stores.leases,
    oauth: oauthClient({ hosts: oauthHosts }),
    client: gotRestClient({ clock, allowHttp }),
    budget,
    clock,
    randomId: randomUUID,
    allowHttp,
  });
  const calls = grant?.kind === 'oauth' ? [CRM, ROBOTS, EVENTS] : [CRM];
  return await rest.ask(calls, clock.now() + SEND_WITHIN_MS);
}

const codeOf = (answer: RestAnswer | undefined): string => {
  if (answer?.kind === 'error') return answer.code === '' ? 'UNKNOWN' : answer.code.toUpperCase();
  return answer?.kind === 'unanswered' ? 'NO_ANSWER' : 'UNREACHABLE';
};

/** null: not asked, or only an administrator may know. */
function robotState(answer: RestAnswer | undefined): 'registered' | 'not registered' | null {
  if (answer?.kind !== 'result' || !Array.isArray(answer.result)) return null;
  return answer.result.includes(ROBOT_CODE) ? 'registered' : 'not registered';
}

async function restart(portal: string, { stores, clock }: CommandMeans): Promise<void> {
  await stores.portals.setStop(portal, null);
  await ring(portal, { portals: stores.portals, bells: stores.bells, clock });
}
