import type { Plan } from '../../cleanup/runs/plan-store.ts';
import { startPlan } from '../../cleanup/runs/start-run.ts';
import { followRun } from '../follow/follow-run.ts';
import { reportRun, sayWhyFailed, sayWhyUnfinished } from '../follow/run-report.ts';
import type { RunEnded } from '../follow/run-status.ts';
import { plannedRules } from '../rules/select-rules.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { unreadableText } from '../shared/unreadable-advice.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { counted } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import { type ShowPlanArgs, showPlan } from './show-plan.ts';
import { begun, startRunDeps } from './start-run.ts';

export type CleanupPlanArgs = Omit<ShowPlanArgs, 'plan' | 'rule'> & {
  /** By name, switched on or not; absent: all that are switched on. */
  readonly rule?: readonly string[];
  /** ms; absent: until the plan is ready. */
  readonly wait?: number;
};

/** Looks through the whole portal, changes nothing, and shows what the rules would remove (D§6). */
export async function cleanupPlan(deps: CommandContext, args: CleanupPlanArgs, out: Out): Promise<ExitCode> {
  const { portal, rule = [], wait = null } = args;
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  const choice = await plannedRules(portal, rule, deps, out);
  if (choice.kind === 'problem') {
    out.say(choice.text);
    return EXIT.notDone;
  }
  const started = await startPlan(portal, startRunDeps(deps), { rules: choice.rules });
  const { plan } = started;
  const run = begun(started, out);
  const followed = await followRun({ portal, run, label: 'planning', waitMs: wait, interrupt: 'stop' }, deps, out);
  if (followed.kind === 'unfinished') {
    reportRun(portal, followed.progress, { plan }, out);
    sayWhyUnfinished(portal, followed, deps, out);
    return EXIT.unfinished;
  }
  const { ended, code } = followed.progress;
  const made = await deps.stores.plans.read(portal, plan);
  if (made === null || followed.progress.phase === 'failed') {
    reportRun(portal, followed.progress, { plan }, out);
    sayWhyFailed(portal, followed.progress, out);
    return EXIT.notDone;
  }
  const { rule: _, ...filter } = args;
  const shown = await showPlan(made, { ...filter, plan, more: { ended, code } }, deps, out);
  sayHowToGoOn(portal, made, ended, out);
  if (made.spared > 0) sayWhatIsLeftAlone(portal, made.spared, out);
  return made.state === 'ready' && shown ? EXIT.done : EXIT.notDone;
}

function sayWhatIsLeftAlone(portal: string, spared: number, out: Out): void {
  const listed = out.command(`rules exemptions --portal ${portal}`);
  const what = `${counted(spared, 'binding')} ${spared === 1 ? 'matches' : 'match'} as well`;
  out.say(`${what} and rules leave them alone: undone by a person, or refused by Bitrix24. Which, and why: ${listed}`);
}

function sayHowToGoOn(portal: string, { id, state, code, items }: Plan, ended: RunEnded | null, out: Out): void {
  const apply = out.command(`cleanup apply --portal ${portal} --plan ${id}`);
  if (state === 'ready') {
    out.say(
      items === 0 ? 'Nothing was changed, and nothing is to be done.' : `Nothing was changed. To do it: ${apply}`,
    );
    return;
  }
  if (ended === 'unreadable') {
    out.say(`The plan is not complete, as something could not be read; nothing was changed. ${unreadableText(code)}`);
    out.say('After that, to make it anew, repeat the command.');
  } else {
    const why = ended === 'time_limit' ? 'The time was up' : 'The plan was stopped';
    out.say(`${why} before it was complete; nothing was changed. To make it anew, repeat the command.`);
  }
  if (items > 0) out.say(`To apply what was found so far: ${apply} --incomplete`);
}
