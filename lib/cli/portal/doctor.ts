import { countDeadLetters } from '../../aws/sqs/count-dead-letters.ts';
import { errorName } from '../../log.ts';
import type { PortalState } from '../../portal/portal-store.ts';
import { UNINSTALLED } from '../../worker/fail-remaining-jobs.ts';
import { FORGOTTEN_AFTER_MS } from '../policy.ts';
import { APP_SET, portalAdvice } from '../shared/advice.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { counted } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import { areHandlersUnreachable } from './are-handlers-unreachable.ts';
import { inspectPortal } from './inspect-portal.ts';
import { troubleEntries, troubleText } from './portal-trouble.ts';
import { registerAgain } from './register-again.ts';

/** A problem that was found. `portal` null: of the whole stack. */
type Finding = {
  readonly portal: string | null;
  readonly problem: string;
  readonly text: string;
  readonly advice: string;
};

/** Checks the whole installation and reports each problem with what to do about it; done only if there are none. */
export async function doctor(deps: CommandContext, { fix }: { readonly fix: boolean }, out: Out): Promise<ExitCode> {
  let problems = 0;
  const tell = (finding: Finding): void => {
    problems += 1;
    const { portal, text, advice } = finding;
    out.record(finding, `${portal ?? 'stack'}: ${text}; ${advice}`);
  };

  const states = await readStates(deps, tell);
  const unreachable = await areHandlersUnreachable(deps.config);
  for (const finding of await stackFindings(deps, states, unreachable, out)) tell(finding);
  for (const state of states) {
    for (const finding of await portalFindings(deps, state, { fix, unreachable }, out)) tell(finding);
  }
  const line = `no problems found: ${counted(states.length, 'portal')}`;
  if (problems === 0) out.record({ status: 'ok', portals: states.length }, line);
  return problems === 0 ? EXIT.done : EXIT.notDone;
}

async function readStates({ stores }: CommandContext, tell: (finding: Finding) => void): Promise<PortalState[]> {
  try {
    return await Array.fromAsync(stores.portals.list());
  } catch (error) {
    tell(unreadable('the table of portals', error));
    return [];
  }
}

const unreadable = (what: string, error: unknown): Finding => ({
  portal: null,
  problem: 'STACK_UNREACHABLE',
  text: `${what} cannot be read: ${errorName(error)}`,
  advice: 'check the credentials and the region in use, and whether the stack is deployed',
});

async function stackFindings(
  deps: CommandContext,
  states: readonly PortalState[],
  unreachable: boolean,
  out: Out,
): Promise<Finding[]> {
  const checks = [checkGrants(deps, states, out), checkWakeUps(deps, out)];
  return [...(await Promise.all(checks)).flat(), ...(unreachable ? [unreachableHandlers(deps, out)] : [])];
}

async function checkGrants(
  { stores, clock }: CommandContext,
  states: readonly PortalState[],
  out: Out,
): Promise<Finding[]> {
  try {
    const app = await stores.grants.readApp();
    const pending = await stores.pendingGrants.list(clock.now());
    const hasNoPortals = states.length === 0 && pending.length === 0;
    return [
      ...(hasNoPortals ? [noPortals(out)] : []),
      ...pending.map(({ memberId }) => ({
        portal: memberId,
        problem: 'UNCONFIRMED',
        text: 'the installation is not confirmed yet',
        advice:
          app === null
            ? `run "${out.command(APP_SET)}"`
            : `wait a few minutes for the schedule, or run "${out.command(APP_SET)}" again`,
      })),
    ];
  } catch (error) {
    return [unreadable('the secrets', error)];
  }
}

const noPortals = (out: Out): Finding => ({
  portal: null,
  problem: 'NO_PORTALS',
  text: 'there are no portals yet',
  advice: `run "${out.command('portal add --webhook URL')}", or install the application on a portal`,
});

async function checkWakeUps({ config }: CommandContext, out: Out): Promise<Finding[]> {
  try {
    const dead = await countDeadLetters(config);
    const count = `${counted(dead, 'wake-up')} ${dead === 1 ? 'is' : 'are'} in the dead-letter queue`;
    const text = `${count}: portals could not be served many times in a row`;
    const resume = out.command('portal resume --portal MEMBER_ID');
    const advice = `see the log of the function "worker", then for each portal that it names run "${resume}"`;
    return dead === 0 ? [] : [{ portal: null, problem: 'DEAD_BELLS', text, advice }];
  } catch (error) {
    return [unreadable('the dead-letter queue', error)];
  }
}

function unreachableHandlers({ config: { publicUrl, localAws } }: CommandContext, out: Out): Finding {
  const text = `nobody answers at ${publicUrl}: calls from Bitrix24 are lost`;
  const advice = localAws === null ? 'deploy the stack again' : `start the local stack: ${out.serveCommand}`;
  return { portal: null, problem: 'HANDLERS_UNREACHABLE', text, advice };
}

type InspectionOptions = { readonly fix: boolean; readonly unreachable: boolean };

async function portalFindings(
  deps: CommandContext,
  state: PortalState,
  options: InspectionOptions,
  out: Out,
): Promise<Finding[]> {
  const { portal, paused, stop, uninstalledAt } = state;
  if (uninstalledAt !== undefined) {
    const advice = `install it again, or to forget the portal: ${out.command(`portal remove --portal ${portal}`)}`;
    return [{ portal, problem: UNINSTALLED, text: 'the application was removed from the portal', advice }];
  }
  if (paused) {
    const advice = `to resume it: ${out.command(`portal resume --portal ${portal}`)}`;
    return [{ portal, problem: 'PAUSED', text: 'the portal is paused: its jobs wait', advice }];
  }
  if (stop !== null) {
    const check = out.command(`portal check --portal ${portal}`);
    const advice = `${portalAdvice(stop.code, portal, out)}; then run "${check}"`;
    return [{ portal, problem: 'STOPPED', text: `the portal is stopped: ${stop.code}`, advice }];
  }
  try {
    const findings = [...(await checkForgottenJobs(deps, portal, out)), ...troubleFindings(state, out)];
    return [...findings, ...(await checkRegistration(deps, state, options, out))];
  } catch (error) {
    return [{ ...unreadable('what is stored about the portal', error), portal }];
  }
}

const troubleFindings = (state: PortalState, out: Out): Finding[] =>
  troubleEntries(state).map((entry) => ({
    portal: state.portal,
    problem: entry.method === null ? 'IN_TROUBLE' : 'METHOD_STOPPED',
    text: troubleText(entry),
    advice: portalAdvice(entry.code, state.portal, out),
  }));

async function checkForgottenJobs({ stores, clock }: CommandContext, portal: string, out: Out): Promise<Finding[]> {
  const dueAt = await stores.jobs.nextDueAt(portal);
  if (dueAt === null || clock.now() - dueAt < FORGOTTEN_AFTER_MS) return [];
  const text = `jobs have been waiting since ${new Date(dueAt).toISOString()}, and nobody works on them`;
  const resume = out.command(`portal resume --portal ${portal}`);
  const advice = `see the logs of the functions "worker" and "cleanup", then run "${resume}"`;
  return [{ portal, problem: 'JOBS_FORGOTTEN', text, advice }];
}

async function checkRegistration(
  deps: CommandContext,
  state: PortalState,
  { fix, unreachable }: InspectionOptions,
  out: Out,
): Promise<Finding[]> {
  const { portal } = state;
  let inspection = await inspectPortal(deps, state, unreachable, out);
  if (fix && inspection.differences.some(({ fixable }) => fixable)) {
    await registerAgain(portal, deps);
    inspection = await inspectPortal(deps, state, unreachable, out);
  }
  const { works, code, differences } = inspection;
  if (!works && code !== null) {
    return [
      { portal, problem: code, text: `the portal does not work: ${code}`, advice: portalAdvice(code, portal, out) },
    ];
  }
  return differences.map(({ problem, text, advice }) => ({ portal, problem, text, advice }));
}
