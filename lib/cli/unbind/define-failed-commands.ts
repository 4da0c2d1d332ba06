import type { Command } from 'commander';
import { globalOptions, type RunCommand } from '../global-options.ts';
import { argument } from '../terminal/parse-argument.ts';
import { type FailedFilter, failedList, failedRedrive } from './failed.ts';

const HELP = `
A job fails for good when transient errors last too long, or when its processing crashes again and again. It is kept with its
request. Redriving it tries again what failed; workflows are not answered twice.

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

Exits with 0 only if some jobs matched and all of them are tried again.`;

/** Lists and retries what was given up. */
export function defineFailedCommands(program: Command, run: RunCommand): void {
  const failed = program
    .command('failed')
    .description('list and retry jobs that were given up')
    .addHelpText('after', HELP);
  define(failed, 'list', 'list the failed jobs', failedList, run).addHelpText('after', LIST_HELP);
  define(failed, 'redrive', 'try failed jobs again', failedRedrive, run)
    .option('--yes', 'do not ask for confirmation')
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
    .option('--older-than <time>', 'only if it failed longer ago than this, such as 15m or 7d', argument.duration)
    .action((options: FailedFilter, command: Command) =>
      run(globalOptions(command), (deps, out) => perform(deps, options, out)),
    );
}
