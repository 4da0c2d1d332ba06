import { MOST_PLAN_RULES_BYTES } from '../../cleanup/policy.ts';
import type { Rule } from '../../cleanup/rules/rule.ts';
import type { Plan } from '../../cleanup/runs/plan-store.ts';
import { startPlan } from '../../cleanup/start-run.ts';
import { followRun } from '../follow/follow-run.ts';
import { reportRun, sayWhyFailed, sayWhyUnfinished } from '../follow/run-report.ts';
import type { RunEnded } from '../follow/run-status.ts';
import { selectRules } from '../rules/select-rules.ts';
import { unreadableText } from '../shared/advice.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { counted } from '../terminal/format.ts';
import { quoted } from '../terminal/invocation.ts';
import type { Out } from '../terminal/output.ts';
import { type ShowPlanArgs, showPlan } from './show-plan.ts';
import { startedRun, startRunDeps } from './start-run.ts';

export type CleanupPlanArgs = Omit<ShowPlanArgs, 'plan' | 'rule'> & {
  /** By name, enabled or not; absent: all that are enabled. */
  readonly rule?: readonly string[];
  /** ms; absent: until the plan is ready. */
  readonly wait?: number;
};

/** Scans the whole portal without changing anything, and shows what the rules would remove (D§6). */
export async function cleanupPlan(deps: CommandContext, args: CleanupPlanArgs, out: Out): Promise<ExitCode> {
  const { portal, rule = [], wait = null } = args;
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  const selection = await selectRules(portal, rule, deps, out);
  if (selection.kind === 'problem') {
    out.say(selection.text);
    return EXIT.notDone;
  }
  const tooLarge = sizeProblem(rule, selection.rules);
  if (tooLarge !== null) {
    out.say(tooLarge);
    return EXIT.notDone;
  }
  const rules = rule.length > 0 ? { rules: selection.rules } : {};
  const started = await startPlan(portal, startRunDeps(deps), rules);
  const { plan } = started;
  const run = startedRun(started, out);
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
  sayWhatIsNext(args, made, ended, out);
  if (made.spared > 0) sayWhatIsExempt(portal, made.spared, out);
  return made.state === 'ready' && shown ? EXIT.done : EXIT.notDone;
}

/** Only rules that are named stand in the record of the plan's job. */
function sizeProblem(named: readonly string[], rules: readonly Rule[]): string | null {
  const bytes = named.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(rules));
  if (bytes <= MOST_PLAN_RULES_BYTES) return null;
  const [is, may] = [bytes, MOST_PLAN_RULES_BYTES].map((size) => Math.ceil(size / 1024));
  return `These rules take ${is} KB, and a plan holds ${may} KB of rules that are named: name fewer, or none to plan by all that are enabled`;
}

function sayWhatIsExempt(portal: string, exempt: number, out: Out): void {
  const list = out.command(`rules exemptions --portal ${portal}`);
  const what = `${counted(exempt, 'binding')} ${exempt === 1 ? 'matches too, but is' : 'match too, but are'} exempt`;
  out.say(`${what} from rules: rebound by a person, or refused by Bitrix24. To list the exemptions: ${list}`);
}

function sayWhatIsNext(args: CleanupPlanArgs, made: Plan, ended: RunEnded | null, out: Out): void {
  const { portal, rule = [] } = args;
  const { id, state, code, items } = made;
  const apply = `cleanup apply --portal ${portal} --plan ${id}`;
  if (state === 'ready') {
    out.say(
      items === 0
        ? 'Nothing was changed, and there is nothing to do.'
        : `Nothing was changed. To apply the plan: ${out.command(apply)}`,
    );
    return;
  }
  const rules = rule.length === 0 ? '' : ` --rule ${rule.map(quoted).join(' ')}`;
  const again = out.command(`cleanup plan --portal ${portal}${rules}`);
  if (ended === 'unreadable') {
    const why = unreadableText(code, portal, out);
    out.say(`The plan is not complete, as something could not be read; nothing was changed. ${why}`);
    out.say(`After that, to make a new plan: ${again}`);
  } else {
    const why = ended === 'time_limit' ? 'Time limit reached' : 'The plan was stopped';
    out.say(`${why} before the plan was complete; nothing was changed. To make a new plan: ${again}`);
  }
  if (items > 0) out.say(`To apply what was found so far: ${out.command(`${apply} --incomplete`)}`);
}
