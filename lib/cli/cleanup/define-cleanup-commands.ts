import { type Command, Option } from 'commander';
import { globalOptions, type RunCommand } from '../global-options.ts';
import { DEFAULT_WAIT_MS } from '../policy.ts';
import { argument } from '../terminal/parse-argument.ts';
import { durationText } from '../terminal/parse-duration.ts';
import { type CleanupApplyArgs, cleanupApply } from './cleanup-apply.ts';
import { CLEANUP_HELP } from './cleanup-help.ts';
import { type CleanupPlanArgs, cleanupPlan } from './cleanup-plan.ts';
import { cleanupPlans, cleanupStatus, cleanupStop, type RunsArgs } from './cleanup-runs.ts';
import { cleanupSchedule, type ScheduleArgs } from './cleanup-schedule.ts';
import { type CleanupSweepArgs, cleanupSweep } from './cleanup-sweep.ts';
import { cleanupShow, type ShowPlanArgs } from './show-plan.ts';
import { type UndoArgs, undo } from './undo.ts';

const YES = 'do not ask for confirmation';
const WAIT = 'how long to wait for the end (default: until it is over)';

/** `cleanup` with its subcommands, and `undo`. */
export function defineCleanupCommands(program: Command, run: RunCommand): void {
  const cleanup = program
    .command('cleanup')
    .description('remove bindings by rules, optionally with a plan first')
    .addHelpText('after', CLEANUP_HELP.cleanup);
  definePlan(cleanup, run);
  defineShow(cleanup, run);
  defineApply(cleanup, run);
  defineSweep(cleanup, run);
  definePlans(cleanup, run);
  defineStatus(cleanup, run);
  defineStop(cleanup, run);
  defineSchedule(cleanup, run);
  defineUndo(program, run);
}

const withPortal = (parent: Command, name: string, description: string): Command =>
  parent.command(name).description(description).requiredOption('--portal <member-id>', 'the portal', argument.memberId);

function definePlan(cleanup: Command, run: RunCommand): void {
  const plan = withPortal(cleanup, 'plan', 'scan the portal and list what the rules would remove; changes nothing')
    .option('--rule <name...>', 'use these rules, enabled or not (default: all enabled rules)')
    .option('--wait <time>', WAIT, argument.duration);
  withFilter(plan)
    .addHelpText('after', CLEANUP_HELP.plan)
    .action((options: CleanupPlanArgs, command: Command) =>
      run(globalOptions(command), (deps, out) => cleanupPlan(deps, options, out)),
    );
}

function defineShow(cleanup: Command, run: RunCommand): void {
  const show = withPortal(cleanup, 'show <plan>', 'show or export a plan').option(
    '--rule <name...>',
    'only what these rules would remove',
  );
  withFilter(show)
    .addHelpText('after', CLEANUP_HELP.show)
    .action((plan: string, options: Omit<ShowPlanArgs, 'plan'>, command: Command) =>
      run(globalOptions(command), (deps, out) => cleanupShow(deps, { ...options, plan }, out)),
    );
}

const withFilter = (command: Command): Command =>
  command
    .option('--activity <id>', 'show only this activity', argument.activity)
    .option('--element <element>', 'show only this element, such as deal:1', argument.element)
    .option('--type <type>', 'show only elements of this type, such as deal', argument.elementType)
    .option('--limit <count>', 'show at most this many', argument.count)
    .option(
      '--export <file>',
      'write what would be shown to FILE.csv or FILE.jsonl, without a limit',
      argument.exportFile,
    );

function defineApply(cleanup: Command, run: RunCommand): void {
  withPortal(cleanup, 'apply', 'remove what a plan lists, as far as it still matches')
    .requiredOption('--plan <id>', 'the plan', argument.plan)
    .option('--yes', YES)
    .option('--incomplete', 'apply the plan even if it is not complete')
    .option('--wait <time>', WAIT, argument.duration)
    .addHelpText('after', CLEANUP_HELP.apply)
    .action((options: CleanupApplyArgs, command: Command) =>
      run(globalOptions(command), (deps, out) => cleanupApply(deps, options, out)),
    );
}

function defineSweep(cleanup: Command, run: RunCommand): void {
  withPortal(cleanup, 'sweep', 'remove at once whatever the enabled rules match, as the schedule does')
    .option('--yes', YES)
    .option('--wait <time>', WAIT, argument.duration)
    .addHelpText('after', CLEANUP_HELP.sweep)
    .action((options: CleanupSweepArgs, command: Command) =>
      run(globalOptions(command), (deps, out) => cleanupSweep(deps, options, out)),
    );
}

function definePlans(cleanup: Command, run: RunCommand): void {
  withPortal(cleanup, 'plans', 'list the plans of a portal, newest first')
    .addHelpText('after', CLEANUP_HELP.plans)
    .action(({ portal }: { portal: string }, command: Command) =>
      run(globalOptions(command), (deps, out) => cleanupPlans(deps, portal, out)),
    );
}

function defineStatus(cleanup: Command, run: RunCommand): void {
  withPortal(cleanup, 'status', 'list the runs of a portal with their progress')
    .option('--run <id>', 'only this run')
    .option('--wait <time>', 'with --run: how long to wait for its end', argument.duration)
    .addHelpText('after', CLEANUP_HELP.status)
    .action((options: RunsArgs, command: Command) =>
      run(globalOptions(command), (deps, out) => cleanupStatus(deps, options, out)),
    );
}

function defineStop(cleanup: Command, run: RunCommand): void {
  const wait = `how long to wait for its end (default: ${durationText(DEFAULT_WAIT_MS)})`;
  withPortal(cleanup, 'stop', 'end a run after its current request; what is done stays done')
    .requiredOption('--run <id>', 'the run')
    .option('--wait <time>', wait, argument.duration)
    .addHelpText('after', CLEANUP_HELP.stop)
    .action((options: RunsArgs & { readonly run: string }, command: Command) =>
      run(globalOptions(command), (deps, out) => cleanupStop(deps, options, out)),
    );
}

function defineSchedule(cleanup: Command, run: RunCommand): void {
  withPortal(cleanup, 'schedule', 'set what the schedule does; without options: show it')
    .addOption(new Option('--mode <mode>', 'plan: only make plans; sweep: remove bindings').choices(['plan', 'sweep']))
    .option('--minutes <count>', 'how long each scheduled run may take', argument.minutes)
    .addHelpText('after', CLEANUP_HELP.schedule)
    .action((options: ScheduleArgs, command: Command) =>
      run(globalOptions(command), (deps, out) => cleanupSchedule(deps, options, out)),
    );
}

function defineUndo(program: Command, run: RunCommand): void {
  withPortal(program, 'undo', 'rebind what was unbound')
    .addOption(new Option('--run <id>', 'what this run or job has unbound').conflicts(['plan', 'outcome']))
    .addOption(
      new Option('--plan <id>', 'what all runs that applied this plan have unbound')
        .argParser(argument.plan)
        .conflicts('outcome'),
    )
    .option('--outcome <id...>', 'what these outcomes have unbound')
    .option('--yes', YES)
    .option('--wait <time>', WAIT, argument.duration)
    .addHelpText('after', CLEANUP_HELP.undo)
    .action(async (options: UndoArgs, command: Command) => {
      if (options.run === undefined && options.plan === undefined && options.outcome === undefined)
        command.error('error: pass --plan ID, --run ID or --outcome ID');
      await run(globalOptions(command), (deps, out) => undo(deps, options, out));
    });
}
