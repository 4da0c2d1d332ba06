import { type Command, Option } from 'commander';
import type { Element } from '../../bitrix24/crm/element.ts';
import type { Status, Trigger } from '../../jobs/outcome.ts';
import { globalOptions, type RunCommand } from '../global-options.ts';
import { DEFAULT_WAIT_MS, ROWS_SHOWN } from '../policy.ts';
import { argument } from '../terminal/parse-argument.ts';
import { durationText } from '../terminal/parse-duration.ts';
import { COUNT_FIELDS } from './count-outcomes.ts';
import { type OutcomesArgs, outcomes } from './outcomes.ts';
import { unbind } from './unbind.ts';

const STATUSES: readonly Status[] = [
  'unbound',
  'already_unbound',
  'refused',
  'skipped',
  'failed',
  'bound',
  'already_bound',
];

const TRIGGERS: readonly Trigger[] = ['robot', 'event', 'cleanup', 'cli'];

const UNBIND_HELP = `
Examples:
  $ npm run --silent cli -- unbind --portal acme.bitrix24.com --activity 999 --element deal:1
  $ npm run --silent cli -- unbind --portal acme.bitrix24.com --activity 999 --activity 1000 --element dynamic_147:5 --wait 5m

Exits with 0 only if every binding is gone; with 75 if it was not finished within the time to wait: the job continues.`;

const OUTCOMES_HELP = `
Examples:
  $ npm run --silent cli -- outcomes --portal acme.bitrix24.com --since 1d
  $ npm run --silent cli -- outcomes --run apply:3f2a91c07b:1 --count-by status
  $ npm run --silent cli -- outcomes --status refused --export refused.csv`;

/** `unbind` and `outcomes`: ask for work, and see its results. */
export function defineWorkCommands(program: Command, run: RunCommand): void {
  defineUnbind(program, run);
  defineOutcomes(program, run);
}

type UnbindOptions = {
  readonly portal: string;
  readonly activity: readonly number[];
  readonly element: Element;
  readonly wait: number;
  readonly yes?: boolean;
};

function defineUnbind(program: Command, run: RunCommand): void {
  program
    .command('unbind')
    .description('unbind activities from an element, and wait for the outcome')
    .requiredOption('--portal <member-id>', 'the portal', argument.memberId)
    .requiredOption('--activity <id>', 'the activity; may be repeated', argument.activities)
    .requiredOption('--element <element>', 'such as deal:1, lead:7, dynamic_147:1 or 2:1', argument.element)
    .addOption(
      new Option('--wait <time>', 'how long to wait for the outcome')
        .argParser(argument.duration)
        .default(DEFAULT_WAIT_MS, durationText(DEFAULT_WAIT_MS)),
    )
    .option('--yes', 'do not ask for confirmation')
    .addHelpText('after', UNBIND_HELP)
    .action(({ portal, activity, element, wait, yes = false }: UnbindOptions, command: Command) =>
      run(globalOptions(command), (deps, out) =>
        unbind(deps, { portal, activities: activity, element, waitMs: wait, yes }, out),
      ),
    );
}

function defineOutcomes(program: Command, run: RunCommand): void {
  program
    .command('outcomes')
    .description('list what was done, newest first')
    .option('--portal <member-id>', 'only of this portal', argument.memberId)
    .option('--activity <id>', 'only of this activity', argument.activity)
    .addOption(new Option('--status <status>', 'only with this status').choices(STATUSES))
    .option('--since <time>', 'not older than this, such as 15m or 7d', argument.duration)
    .option('--element <element>', 'only of this element, such as deal:1', argument.element)
    .option('--code <code>', 'only with this error code')
    .addOption(new Option('--trigger <trigger>', 'only with this trigger').choices(TRIGGERS))
    .option('--run <id>', 'only of this run or other job')
    .option('--limit <count>', `at most this many (default: ${ROWS_SHOWN}; counts and exports: all)`, argument.count)
    .addOption(new Option('--count-by <field>', 'count by field').choices(COUNT_FIELDS))
    .option('--export <file>', 'write the outcomes to FILE.csv or FILE.jsonl', argument.exportFile)
    .addHelpText('after', OUTCOMES_HELP)
    .action((options: OutcomesArgs, command: Command) =>
      run(globalOptions(command), (deps, out) => outcomes(deps, options, out)),
    );
}
