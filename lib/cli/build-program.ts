import { Command, Option } from 'commander';
import { defineCleanupCommands } from './cleanup/define-cleanup-commands.ts';
import type { RunAlone, RunCommand } from './global-options.ts';
import { definePortalCommands } from './portal/define-portal-commands.ts';
import { defineRulesCommands } from './rules/define-rules-commands.ts';
import { argument } from './terminal/parse-argument.ts';
import { defineFailedCommands } from './unbind/define-failed-commands.ts';
import { defineWorkCommands } from './unbind/define-work-commands.ts';

const HELP = `
Examples:
  $ npm run --silent cli -- portal add --webhook https://acme.bitrix24.com/rest/1/xxxxxxxxxxxxxxxx/
  $ npm run --silent cli -- portal check
  $ npm run --silent cli -- unbind --portal acme.bitrix24.com --activity 999 --element deal:1
  $ npm run --silent cli -- outcomes --since 1d --json
  $ npm run --silent cli -- cleanup plan --portal acme.bitrix24.com --rule lost-deals
  $ npm run --silent cli -- cleanup apply --portal acme.bitrix24.com --plan 3f2a91c07b
  $ npm run --silent cli -- undo --portal acme.bitrix24.com --run apply:3f2a91c07b:1

Commands that change more than ten bindings ask for confirmation; --yes skips the question. Progress is shown on a terminal;
NO_COLOR is respected.

Without --stage the commands work on the local state: with the running "npm start -- --serve" if there is one, otherwise
with a stack of their own that ends with the command.

Exit codes:
  0   everything that was asked for is done
  1   not done; the standard error says why and what to do
  2   the command was not understood
  75  accepted, but not finished yet; the id of the job is printed`;

/** The whole command line. */
export function buildProgram(run: RunCommand, alone: RunAlone): Command {
  const program = new Command('cli')
    .description('Removes bindings of Bitrix24 activities, and reports what happened.')
    .option('--json', 'print one JSON object per line on the standard output, nothing else')
    .addOption(
      new Option('--home <folder>', 'the folder of the local state (default: UNBIND_HOME, or .unbind)').conflicts(
        'stage',
      ),
    )
    .option('--stage <name>', 'work on the deployed stack of this stage', argument.stage)
    .option('--region <region>', 'the region of the deployed stack (default: AWS_REGION)')
    .option('--verbose', "show the log of the command's own stack")
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help shows the options and examples)')
    .addHelpText('after', HELP);

  definePortalCommands(program, run);
  defineWorkCommands(program, run);
  defineRulesCommands(program, run, alone);
  defineCleanupCommands(program, run);
  defineFailedCommands(program, run);
  return program;
}
