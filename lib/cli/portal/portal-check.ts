import type { PortalState } from '../../portal/portal-store.ts';
import { APP_SET, portalAdvice } from '../shared/advice.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { counted } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import { areHandlersUnreachable } from './are-handlers-unreachable.ts';
import { grantHost } from './grant-host.ts';
import { type Inspection, inspectPortal } from './inspect-portal.ts';
import { troubleEntries, troubleLine } from './portal-trouble.ts';
import { registerAgain } from './register-again.ts';
import { restartPortal } from './restart-portal.ts';

export type PortalCheckArgs = { readonly portal: string | undefined; readonly fix: boolean };

/**
 * Calls the portal once, compares what is registered with what should be, and reports what to do about each difference; a
 * stopped portal that answers is restarted (D§3). No name: all portals.
 */
export async function portalCheck(deps: CommandContext, args: PortalCheckArgs, out: Out): Promise<ExitCode> {
  const states = await statesOf(deps, args.portal, out);
  if (states === null) return EXIT.notDone;
  if (states.length === 0) out.say(`There are no portals yet. To add one: ${out.command('portal add --webhook URL')}`);

  const unreachable = await areHandlersUnreachable(deps.config);
  if (unreachable) out.say(`Nobody answers at ${deps.config.publicUrl}, so the addresses of events were not checked.`);
  let isOk = states.length > 0;
  for (const state of states) isOk = (await checkOne(deps, state, { fix: args.fix, unreachable }, out)) && isOk;
  return isOk ? EXIT.done : EXIT.notDone;
}

/** null, with a message: there is no such portal. */
async function statesOf(deps: CommandContext, portal: string | undefined, out: Out): Promise<PortalState[] | null> {
  const { portals, pendingGrants } = deps.stores;
  if (portal === undefined) return await Array.fromAsync(portals.list());
  if ((await portals.read(portal)) === null && (await pendingGrants.read(portal)) !== null) {
    out.say(`The installation of ${portal} is not confirmed yet. To confirm it: ${out.command(APP_SET)}`);
    return null;
  }
  const state = await knownPortal(portal, deps, out);
  return state === null ? null : [state];
}

type InspectionOptions = { readonly fix: boolean; readonly unreachable: boolean };

async function checkOne(
  deps: CommandContext,
  state: PortalState,
  options: InspectionOptions,
  out: Out,
): Promise<boolean> {
  const { portal, paused, stop } = state;
  const inspection = await inspectAndFix(deps, state, options, out);
  const { works, code, differences } = inspection;
  const troubles = troubleEntries(state);
  // What still holds is found again by the first request.
  const restarted = works && (stop !== null || troubles.length > 0);
  if (restarted) await restartPortal(portal, deps);

  out.record(recordOf(state, inspection, restarted), lineOf(state, inspection, restarted));
  if (!works && code !== null) out.say(`${portal}: ${portalAdvice(code, portal, out)}`);
  for (const entry of troubles) if (entry.method !== null) out.say(troubleLine(portal, entry, out));
  for (const { text, advice } of differences) out.say(`${portal}: ${text}; ${advice}`);
  if (works && paused) out.say(`${portal} is paused. To resume it: ${out.command(`portal resume --portal ${portal}`)}`);
  return works && differences.length === 0;
}

/** With `fix` the portal is inspected again after the registration was repaired. */
async function inspectAndFix(
  deps: CommandContext,
  state: PortalState,
  { fix, unreachable }: InspectionOptions,
  out: Out,
): Promise<Inspection> {
  const first = await inspectPortal(deps, state, unreachable, out);
  if (!fix || !first.differences.some(({ fixable }) => fixable)) return first;
  if (state.stop !== null) await restartPortal(state.portal, deps);
  const awaited = await registerAgain(state.portal, deps);
  if (awaited.kind === 'finished') return await inspectPortal(deps, state, unreachable, out);
  out.say(`${state.portal}: the registration was accepted, but is not finished: ${awaited.why.kind}`);
  return first;
}

const recordOf = (state: PortalState, inspection: Inspection, restarted: boolean) => {
  const { portal, paused } = state;
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
    troubles: troubleEntries(state),
    differences: differences.map(({ problem, text, advice }) => ({ problem, text, advice })),
  };
};

function lineOf({ portal, stop, trouble }: PortalState, inspection: Inspection, restarted: boolean): string {
  const { works, code, robot, subscriptions, license, differences } = inspection;
  const since = trouble === undefined ? '' : `, in trouble since ${new Date(trouble.since).toISOString()}`;
  if (!works) return `${portal}: does not work: ${code}${since}`;
  const parts = [
    'REST works',
    ...(robot === null ? [] : [`robot ${robot}`]),
    ...(subscriptions === null ? [] : [`${subscriptions} event subscriptions`]),
    ...(license === null ? [] : [`subscription ${license}`]),
    ...(restarted
      ? [`restarted (was ${stop === null ? `in trouble: ${trouble?.code ?? 'a method'}` : `stopped: ${stop.code}`})`]
      : []),
    ...(differences.length === 0 ? [] : [counted(differences.length, 'problem')]),
  ];
  return `${portal}: ${parts.join(', ')}`;
}
