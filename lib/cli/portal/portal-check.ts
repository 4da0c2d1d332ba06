import type { PortalState } from '../../portal/portal-store.ts';
import { portalAdvice } from '../shared/advice.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import { grantHost } from './grant-host.ts';
import { type Inspection, inspectPortal } from './inspect-portal.ts';
import { registerAgain } from './register-again.ts';
import { handlersSilent } from './unreachable-handlers.ts';
import { wakePortal } from './wake-portal.ts';

export type PortalCheckArgs = { readonly portal: string | undefined; readonly fix: boolean };

/**
 * Calls the portal once, compares what is registered with what should be, and says what to do about each difference; a
 * stopped portal that answers is restarted (D§3). No name: all portals.
 */
export async function portalCheck(deps: CommandContext, args: PortalCheckArgs, out: Out): Promise<ExitCode> {
  const states = await statesOf(deps, args.portal, out);
  if (states === null) return EXIT.notDone;
  if (states.length === 0) out.say(`There are no portals yet. Add one: ${out.command('portal add --webhook URL')}`);

  const silent = await handlersSilent(deps.config);
  if (silent) out.say(`Nobody answers at ${deps.config.publicUrl}, so it is left open whether events go there.`);
  let well = states.length > 0;
  for (const state of states) well = (await checkOne(deps, state, { fix: args.fix, silent }, out)) && well;
  return well ? EXIT.done : EXIT.notDone;
}

/** null, and said so: there is no such portal. */
async function statesOf(deps: CommandContext, portal: string | undefined, out: Out): Promise<PortalState[] | null> {
  const { portals, pendingGrants } = deps.stores;
  if (portal === undefined) return await Array.fromAsync(portals.list());
  if ((await portals.read(portal)) === null && (await pendingGrants.read(portal)) !== null) {
    out.say(`The installation of ${portal} is not confirmed yet: run "app set"`);
    return null;
  }
  const state = await knownPortal(portal, deps, out);
  return state === null ? null : [state];
}

type Look = { readonly fix: boolean; readonly silent: boolean };

async function checkOne(deps: CommandContext, state: PortalState, look: Look, out: Out): Promise<boolean> {
  const { portal, paused, stop } = state;
  const inspection = await inspected(deps, state, look, out);
  const { works, code, differences } = inspection;
  const restarted = works && stop !== null;
  if (restarted) await wakePortal(portal, deps);

  out.record(recordOf(state, inspection, restarted), lineOf(state, inspection, restarted));
  if (!works && code !== null) out.say(`${portal}: ${portalAdvice(code)}`);
  for (const { text, advice } of differences) out.say(`${portal}: ${text}; ${advice}`);
  if (works && paused) out.say(`${portal} is paused. Let it go on: ${out.command(`portal resume --portal ${portal}`)}`);
  return works && differences.length === 0;
}

/** With `fix` the portal is looked at again after what can be mended was mended. */
async function inspected(
  deps: CommandContext,
  state: PortalState,
  { fix, silent }: Look,
  out: Out,
): Promise<Inspection> {
  const first = await inspectPortal(deps, state, silent);
  if (!fix || !first.differences.some(({ fixable }) => fixable)) return first;
  if (state.stop !== null) await wakePortal(state.portal, deps);
  const awaited = await registerAgain(state.portal, deps);
  if (awaited.kind === 'finished') return await inspectPortal(deps, state, silent);
  out.say(`${state.portal}: the registration is accepted, but not finished: ${awaited.why.kind}`);
  return first;
}

const recordOf = ({ portal, paused }: PortalState, inspection: Inspection, restarted: boolean) => {
  const { grant, works, code, robot, subscriptions, license, differences } = inspection;
  return {
    portal,
    kind: grant?.kind ?? null,
    host: grant === null ? null : grantHost(grant),
    paused,
    works,
    code,
    robot,
    subscriptions,
    license,
    restarted,
    differences: differences.map(({ problem, text, advice }) => ({ problem, text, advice })),
  };
};

function lineOf({ portal, stop }: PortalState, inspection: Inspection, restarted: boolean): string {
  const { works, code, robot, subscriptions, license, differences } = inspection;
  if (!works) return `${portal}: does not work: ${code}`;
  const parts = [
    'REST works',
    ...(robot === null ? [] : [`robot ${robot}`]),
    ...(subscriptions === null ? [] : [`${subscriptions} event subscriptions`]),
    ...(license === null ? [] : [`plan ${license}`]),
    ...(restarted ? [`restarted (was stopped: ${stop?.code})`] : []),
    ...(differences.length === 0 ? [] : [`${differences.length} to mend`]),
  ];
  return `${portal}: ${parts.join(', ')}`;
}
