import { type Command, Option } from 'commander';
import type { Element } from '../bitrix24/element.ts';
import type { Status } from '../unbind/outcome.ts';
import type { GlobalOptions, RunCommand } from './build-program.ts';
import { type OutcomesArgs, outcomes } from './outcomes.ts';
import { argument } from './parse-argument.ts';
import { rulesList, rulesSet } from './rules.ts';
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

const UNBIND_HELP = `
Examples:
  $ cli unbind --portal acme.bitrix24.com --activity 999 --element deal:1
  $ cli unbind --portal acme.bitrix24.com --activity 999 --activity 1000 --element dynamic_147:5 --wait 5m

Exits with 0 only if every binding is gone; with 75 if the time to wait is over: the job goes on.`;

const RULES_HELP = `
A rule: {"name": "lost-deals", "element": "deal", "when": {"stage": "failed"},
         "activities": {"completed": true, "types": ["email", "call"], "olderThanDays": 30}}
"enabled": false keeps a rule without using it. What "rules list --json" prints can be set again.`;

/** Commands that ask for work, and show what came of it. */
export function defineWorkCommands(program: Command, run: RunCommand): void {
  program
    .command('unbind')
    .description('unbind activities from an element, and wait for the outcome')
    .requiredOption('--portal <member-id>', 'the portal', argument.memberId)
    .requiredOption('--activity <id>', 'the activity; may be repeated', argument.activities)
    .requiredOption('--element <element>', 'such as deal:1, lead:7, dynamic_147:1 or 2:1', argument.element)
    .addOption(new Option('--wait <time>', 'how long to wait').argParser(argument.duration).default(60_000, '60s'))
    .addHelpText('after', UNBIND_HELP)
    .action(({ portal, activity, element, wait }: UnbindOptions, command: Command) =>
      run(globals(command), (means, out) =>
        unbind(means, { portal, activities: activity, element, waitMs: wait }, out),
      ),
    );

  program
    .command('outcomes')
    .description('what was done, newest first')
    .option('--portal <member-id>', 'only of this portal', argument.memberId)
    .option('--activity <id>', 'only of this activity', argument.activity)
    .addOption(new Option('--status <status>', 'only with this status').choices(STATUSES))
    .option('--since <time>', 'not older than this, such as 15m or 7d', argument.duration)
    .addOption(new Option('--limit <count>', 'at most so many').argParser(argument.count).default(50))
    .action((options: OutcomesArgs, command: Command) =>
      run(globals(command), (means, out) => outcomes(means, options, out)),
    );

  defineRules(program, run);
}

type UnbindOptions = {
  readonly portal: string;
  readonly activity: readonly number[];
  readonly element: Element;
  readonly wait: number;
};

function defineRules(program: Command, run: RunCommand): void {
  const rules = program.command('rules').description('what is cleaned up by itself in a portal');
  rules
    .command('list')
    .description('the rules of a portal')
    .requiredOption('--portal <member-id>', 'the portal', argument.memberId)
    .action(({ portal }: { portal: string }, command: Command) =>
      run(globals(command), (means, out) => rulesList(means, portal, out)),
    );
  rules
    .command('set <file>')
    .description('replace the rules of a portal by those of a JSON file; - reads the standard input')
    .requiredOption('--portal <member-id>', 'the portal', argument.memberId)
    .addHelpText('after', RULES_HELP)
    .action((source: string, { portal }: { portal: string }, command: Command) =>
      run(globals(command), (means, out) => rulesSet(means, { portal, source }, out)),
    );
}

const globals = (command: Command): GlobalOptions => command.optsWithGlobals<GlobalOptions>();
