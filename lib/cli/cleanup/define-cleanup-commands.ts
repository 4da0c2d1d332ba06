import { type Command, Option } from 'commander';
import { globalOptions, type RunCommand } from '../global-options.ts';
import { argument } from '../terminal/parse-argument.ts';
import { type CleanupApplyArgs, cleanupApply } from './cleanup-apply.ts';
import { CLEANUP_HELP } from './cleanup-help.ts';
import { type CleanupPlanArgs, cleanupPlan } from './cleanup-plan.ts';
import { cleanupPlans, cleanupStatus, cleanupStop, type RunsArgs } from './cleanup-runs.ts';
import { cleanupSchedule, type ScheduleArgs } from './cleanup-schedule.ts';
import { type CleanupSweepArgs, cleanupSweep } from './cleanup-sweep.ts';
import { cleanupShow, type ShowPlanArgs } from './show-plan.ts';
import { type UndoArgs, undo } from './undo.ts';

const HELP = `
Examples:
  $ npm run --silent cli -- cleanup plan --portal acme.bitrix24.com
  $ npm run --silent cli -- cleanup plan --portal acme.bitrix24.com --rule lost-deals --export plan.csv
  $ npm run --silent cli -- cleanup apply --portal acme.bitrix24.com --plan 3f2a91c07b
  $ npm run --silent cli -- undo --portal acme.bitrix24.com --plan 3f2a91c07b
  $ npm run --silent cli -- cleanup schedule --portal acme.bitrix24.com --mode plan

A plan changes nothing. Applying it looks at each binding again and removes what still matches; undo binds it again. A portal
is at one run at a time; others wait. Ctrl-C ends a run after the request that is under way; apply and undo go on when the
command is repeated, a plan is made anew.`;

const PLAN_HELP = `
Examples:
  $ npm run --silent cli -- cleanup plan --portal acme.bitrix24.com
  $ npm run --silent cli -- cleanup plan --portal acme.bitrix24.com --rule lost-deals       (also if the rule is switched off)
  $ npm run --silent cli -- cleanup plan --portal acme.bitrix24.com --export plan.jsonl

With --json the first line is the plan, and each other line one binding that it would remove.
Exits with 0 if the plan is complete, 1 if it is not or was given up, 75 if the time to wait is over.`;

const APPLY_HELP = `
Examples:
  $ npm run --silent cli -- cleanup apply --portal acme.bitrix24.com --plan 3f2a91c07b
  $ npm run --silent cli -- cleanup apply --portal acme.bitrix24.com --plan 3f2a91c07b --yes --wait 0s

Exits with 0 if everything that still matches is unbound; 1 if something was refused or failed, if the run was stopped, or if
the question was not answered with yes; 75 if the time to wait is over: the run goes on.`;

const STATUS_HELP = `
Examples:
  $ npm run --silent cli -- cleanup status --portal acme.bitrix24.com
  $ npm run --silent cli -- cleanup status --portal acme.bitrix24.com --run apply:3f2a91c07b:1 --wait 5m

Shows the runs that wait, and the latest 50 that have begun. With --json \`ended\` says why a run is over: through, unreadable,
stopped, time_is_up, rules_changed, plan_gone, place_gone or given_up; \`code\` is the first error code that it met.`;

const UNDO_HELP = `
Examples:
  $ npm run --silent cli -- undo --portal acme.bitrix24.com --plan 3f2a91c07b
  $ npm run --silent cli -- undo --portal acme.bitrix24.com --run apply:3f2a91c07b:1
  $ npm run --silent cli -- undo --portal acme.bitrix24.com --outcome apply:3f2a91c07b:1/unbind/999/2:1

--plan takes all runs that applied the plan; repeated, it binds what is still missing. The runs: "cleanup status". A robot's,
an event's or a command's job can be undone with --run as well: its id stands before the first / of the ids of its outcomes.
Exits with 0 only if everything is bound again; what cannot be is listed with the reason.`;

const YES = 'do not ask, however many bindings change';
const WAIT = 'how long to wait (default: until it is over)';

/** Plans, applying and undoing them. */
export function defineCleanupCommands(program: Command, run: RunCommand): void {
  const cleanup = program
    .command('cleanup')
    .description('remove by rules, with a plan first')
    .addHelpText('after', HELP);
  definePlan(cleanup, run);
  cleanup
    .command('apply')
    .description('do what a plan says, as far as it still holds')
    .requiredOption('--portal <member-id>', 'the portal', argument.memberId)
    .requiredOption('--plan <id>', 'the plan', argument.plan)
    .option('--yes', YES)
    .option('--incomplete', 'also if the plan is not complete')
    .option('--wait <time>', WAIT, argument.duration)
    .addHelpText('after', APPLY_HELP)
    .action((options: CleanupApplyArgs, command: Command) =>
      run(globalOptions(command), (deps, out) => cleanupApply(deps, options, out)),
    );
  cleanup
    .command('sweep')
    .description('remove at once what the enabled rules match, as the schedule does')
    .requiredOption('--portal <member-id>', 'the portal', argument.memberId)
    .option('--yes', YES)
    .option('--wait <time>', WAIT, argument.duration)
    .addHelpText('after', CLEANUP_HELP.sweep)
    .action((options: CleanupSweepArgs, command: Command) =>
      run(globalOptions(command), (deps, out) => cleanupSweep(deps, options, out)),
    );
  defineRuns(cleanup, run);
  defineUndo(program, run);
}

function definePlan(cleanup: Command, run: RunCommand): void {
  const plan = cleanup
    .command('plan')
    .description('look through the portal and show what the rules would remove; changes nothing')
    .requiredOption('--portal <member-id>', 'the portal', argument.memberId)
    .option('--rule <name...>', 'by these rules, switched on or not (default: by all that are on)')
    .option('--wait <time>', WAIT, argument.duration);
  withFilter(plan)
    .addHelpText('after', PLAN_HELP)
    .action((options: CleanupPlanArgs, command: Command) =>
      run(globalOptions(command), (deps, out) => cleanupPlan(deps, options, out)),
    );
  const show = cleanup
    .command('show <plan>')
    .description('show or export a plan')
    .requiredOption('--portal <member-id>', 'the portal', argument.memberId)
    .option('--rule <name...>', 'only what these rules would remove');
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
    .option('--limit <count>', 'show at most so many', argument.count)
    .option(
      '--export <file>',
      'write what would be shown to FILE.csv or FILE.jsonl, without a limit',
      argument.exportFile,
    );

function defineRuns(cleanup: Command, run: RunCommand): void {
  cleanup
    .command('plans')
    .description('the plans of a portal, newest first')
    .requiredOption('--portal <member-id>', 'the portal', argument.memberId)
    .addHelpText('after', CLEANUP_HELP.plans)
    .action(({ portal }: { portal: string }, command: Command) =>
      run(globalOptions(command), (deps, out) => cleanupPlans(deps, portal, out)),
    );
  cleanup
    .command('status')
    .description('the runs of a portal and how far they are')
    .requiredOption('--portal <member-id>', 'the portal', argument.memberId)
    .option('--run <id>', 'only this run')
    .option('--wait <time>', 'with --run: how long to wait for its end', argument.duration)
    .addHelpText('after', STATUS_HELP)
    .action((options: RunsArgs, command: Command) =>
      run(globalOptions(command), (deps, out) => cleanupStatus(deps, options, out)),
    );
  cleanup
    .command('stop')
    .description('end a run after the request that is under way; what is done stays done')
    .requiredOption('--portal <member-id>', 'the portal', argument.memberId)
    .requiredOption('--run <id>', 'the run')
    .option('--wait <time>', 'how long to wait for its end (default: 60s)', argument.duration)
    .addHelpText('after', CLEANUP_HELP.stop)
    .action((options: RunsArgs & { readonly run: string }, command: Command) =>
      run(globalOptions(command), (deps, out) => cleanupStop(deps, options, out)),
    );
  cleanup
    .command('schedule')
    .description('how the scheduled sweeps are done; without options: show it')
    .requiredOption('--portal <member-id>', 'the portal', argument.memberId)
    .addOption(new Option('--mode <mode>', 'plan: only make plans; sweep: remove').choices(['plan', 'sweep']))
    .option('--minutes <count>', 'how long one of them may take', argument.minutes)
    .addHelpText('after', CLEANUP_HELP.schedule)
    .action((options: ScheduleArgs, command: Command) =>
      run(globalOptions(command), (deps, out) => cleanupSchedule(deps, options, out)),
    );
}

function defineUndo(program: Command, run: RunCommand): void {
  program
    .command('undo')
    .description('bind again what was unbound')
    .requiredOption('--portal <member-id>', 'the portal', argument.memberId)
    .addOption(new Option('--run <id>', 'what this run has unbound').conflicts(['plan', 'outcome']))
    .addOption(
      new Option('--plan <id>', 'what all runs that applied this plan have unbound')
        .argParser(argument.plan)
        .conflicts('outcome'),
    )
    .option('--outcome <id...>', 'what these outcomes say')
    .option('--yes', YES)
    .option('--wait <time>', WAIT, argument.duration)
    .addHelpText('after', UNDO_HELP)
    .action(async (options: UndoArgs, command: Command) => {
      if (options.run === undefined && options.plan === undefined && options.outcome === undefined)
        command.error('error: pass --plan ID, --run ID or --outcome ID');
      await run(globalOptions(command), (deps, out) => undo(deps, options, out));
    });
}
