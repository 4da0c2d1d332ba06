import { countDeadLetters } from '../../aws/sqs/count-dead-letters.ts';
import { errorName } from '../../log.ts';
import type { PortalState } from '../../portal/portal-store.ts';
import { UNINSTALLED } from '../../worker/fail-remaining-jobs.ts';
import { portalAdvice } from '../shared/advice.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { counted } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import { inspectPortal } from './inspect-portal.ts';
import { registerAgain } from './register-again.ts';
import { handlersSilent } from './unreachable-handlers.ts';

/** `portal` null: about the stack. */
type Finding = {
  readonly portal: string | null;
  readonly problem: string;
  readonly text: string;
  readonly advice: string;
};

/** Jobs that are due for so long were forgotten: the schedule rings every minute. */
const FORGOTTEN_MS = 15 * 60_000;

/** Looks at everything that has to be right, and says what is not and what to do; done only if all is well. */
export async function doctor(deps: CommandContext, { fix }: { readonly fix: boolean }, out: Out): Promise<ExitCode> {
  let problems = 0;
  const tell = (finding: Finding): void => {
    problems += 1;
    const { portal, text, advice } = finding;
    out.record(finding, `${portal ?? 'stack'}: ${text}; ${advice}`);
  };

  const states = await readStates(deps, tell);
  const silent = await handlersSilent(deps.config);
  for (const finding of await stackFindings(deps, states, silent)) tell(finding);
  for (const state of states) {
    for (const finding of await portalFindings(deps, state, { fix, silent }, out)) tell(finding);
  }
  const line = `all is well: ${counted(states.length, 'portal')}`;
  if (problems === 0) out.record({ status: 'ok', portals: states.length }, line);
  return problems === 0 ? EXIT.done : EXIT.notDone;
}

async function readStates({ stores }: CommandContext, tell: (finding: Finding) => void): Promise<PortalState[]> {
  try {
    return await Array.fromAsync(stores.portals.list());
  } catch (error) {
    tell(unreachable('the table of portals', error));
    return [];
  }
}

const unreachable = (what: string, error: unknown): Finding => ({
  portal: null,
  problem: 'STACK_UNREACHABLE',
  text: `${what} cannot be read: ${errorName(error)}`,
  advice: 'look at the credentials and the region you use, and whether the stack is deployed',
});

async function stackFindings(
  deps: CommandContext,
  states: readonly PortalState[],
  silent: boolean,
): Promise<Finding[]> {
  const looks = [grantsLook(deps, states), wakeUpsReport(deps)];
  return [...(await Promise.all(looks)).flat(), ...(silent ? [unreachableHandlers(deps)] : [])];
}

async function grantsLook({ stores, clock }: CommandContext, states: readonly PortalState[]): Promise<Finding[]> {
  try {
    const app = await stores.grants.readApp();
    const kept = await stores.pendingGrants.list(clock.now());
    const nobody = states.length === 0 && kept.length === 0;
    return [
      ...(nobody ? [NO_PORTALS] : []),
      ...kept.map(({ memberId }) => ({
        portal: memberId,
        problem: 'UNCONFIRMED',
        text: 'the installation is not confirmed yet',
        advice: app === null ? 'run "app set"' : 'wait some minutes for the schedule, or run "app set" again',
      })),
    ];
  } catch (error) {
    return [unreachable('the secrets', error)];
  }
}

const NO_PORTALS: Finding = {
  portal: null,
  problem: 'NO_PORTALS',
  text: 'there are no portals yet',
  advice: 'run "portal add", or install the application on a portal',
};

async function wakeUpsReport({ config }: CommandContext): Promise<Finding[]> {
  try {
    const dead = await countDeadLetters(config);
    const given = `${counted(dead, 'bell')} ${dead === 1 ? 'was' : 'were'} given up`;
    const text = `${given}: portals could not be served many times in a row`;
    const advice = 'look at the log of the function "worker", then run "portal resume" for the portals it names';
    return dead === 0 ? [] : [{ portal: null, problem: 'DEAD_BELLS', text, advice }];
  } catch (error) {
    return [unreachable('the queue of dead bells', error)];
  }
}

function unreachableHandlers({ config: { publicUrl, localAws } }: CommandContext): Finding {
  const text = `nobody answers at ${publicUrl}: calls of Bitrix24 get lost`;
  const advice = localAws === null ? 'deploy the stack again' : 'start the local stack: npm start -- --serve';
  return { portal: null, problem: 'HANDLERS_UNREACHABLE', text, advice };
}

type Look = { readonly fix: boolean; readonly silent: boolean };

async function portalFindings(deps: CommandContext, state: PortalState, look: Look, out: Out): Promise<Finding[]> {
  const { portal, paused, stop, uninstalledAt } = state;
  if (uninstalledAt !== undefined) {
    const advice = `install it again, or forget the portal: ${out.command(`portal remove --portal ${portal}`)}`;
    return [{ portal, problem: UNINSTALLED, text: 'the application was removed from the portal', advice }];
  }
  if (paused) {
    const advice = `let it go on: ${out.command(`portal resume --portal ${portal}`)}`;
    return [{ portal, problem: 'PAUSED', text: 'the portal is paused: its jobs wait', advice }];
  }
  if (stop !== null) {
    const advice = `${portalAdvice(stop.code)}; then run "portal check"`;
    return [{ portal, problem: 'STOPPED', text: `the portal is stopped: ${stop.code}`, advice }];
  }
  try {
    return [...(await forgottenLook(deps, portal)), ...(await registrationLook(deps, state, look))];
  } catch (error) {
    return [{ ...unreachable('what is stored of the portal', error), portal }];
  }
}

async function forgottenLook({ stores, clock }: CommandContext, portal: string): Promise<Finding[]> {
  const dueAt = await stores.jobs.nextDueAt(portal);
  if (dueAt === null || clock.now() - dueAt < FORGOTTEN_MS) return [];
  const text = `jobs wait since ${new Date(dueAt).toISOString()}, and nobody works on them`;
  const advice = 'look at the logs of the functions "worker" and "cleanup", then run "portal resume"';
  return [{ portal, problem: 'JOBS_FORGOTTEN', text, advice }];
}

async function registrationLook(deps: CommandContext, state: PortalState, { fix, silent }: Look): Promise<Finding[]> {
  const { portal } = state;
  let inspection = await inspectPortal(deps, state, silent);
  if (fix && inspection.differences.some(({ fixable }) => fixable)) {
    await registerAgain(portal, deps);
    inspection = await inspectPortal(deps, state, silent);
  }
  const { works, code, differences } = inspection;
  if (!works && code !== null) {
    return [{ portal, problem: code, text: `the portal does not work: ${code}`, advice: portalAdvice(code) }];
  }
  return differences.map(({ problem, text, advice }) => ({ portal, problem, text, advice }));
}
