import type { Command } from 'commander';
import { globalOptions, type RunCommand } from '../global-options.ts';
import { argument } from '../terminal/parse-argument.ts';
import { type FailedFilter, failedList, failedRedrive } from './failed.ts';

const HELP = `
A job has failed when transient trouble outlived its allowance, or the work on it broke off again and again. It is kept with
what it asked for. Driving it again is a new attempt at what failed; robots are not answered twice.

Examples:
  $ npm run --silent cli -- failed list --portal acme.bitrix24.com
  $ npm run --silent cli -- failed redrive --code INTERNAL_SERVER_ERROR --older-than 1h`;

const LIST_HELP = `
Examples:
  $ npm run --silent cli -- failed list --portal acme.bitrix24.com
  $ npm run --silent cli -- failed list --older-than 1d --json`;

const REDRIVE_HELP = `
Examples:
  $ npm run --silent cli -- failed redrive --portal acme.bitrix24.com --job robot:0123456789abcdef
  $ npm run --silent cli -- failed redrive --code INTERNAL_SERVER_ERROR --older-than 1h

Exits with 0 only if something matched, and all of it is tried again.`;

/** What was given up, and another try at it. */
export function defineFailedCommands(program: Command, run: RunCommand): void {
  const failed = program.command('failed').description('jobs that were given up').addHelpText('after', HELP);
  define(failed, 'list', 'the failed jobs', failedList, run).addHelpText('after', LIST_HELP);
  define(failed, 'redrive', 'try them again', failedRedrive, run)
    .option('--yes', 'do not ask, however many there are')
    .addHelpText('after', REDRIVE_HELP);
}

function define(
  failed: Command,
  name: string,
  description: string,
  perform: typeof failedList,
  run: RunCommand,
): Command {
  return failed
    .command(name)
    .description(description)
    .option('--portal <member-id>', 'only of this portal', argument.memberId)
    .option('--job <id>', 'only this job')
    .option('--code <code>', 'only with this error code')
    .option('--older-than <time>', 'only if it failed longer ago, such as 15m or 7d', argument.duration)
    .action((options: FailedFilter, command: Command) =>
      run(globalOptions(command), (deps, out) => perform(deps, options, out)),
    );
}
