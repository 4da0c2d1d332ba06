import { Argument, type Command, Option } from 'commander';
import { RATES } from '../../bitrix24/limits.ts';
import { globalOptions, type RunCommand } from '../global-options.ts';
import type { CommandContext } from '../shared/command-context.ts';
import type { ExitCode } from '../terminal/exit-code.ts';
import { invocationOn } from '../terminal/invocation.ts';
import type { Out } from '../terminal/output.ts';
import { argument } from '../terminal/parse-argument.ts';
import { appSet } from './app-set.ts';
import { doctor } from './doctor.ts';
import { type PortalAddArgs, portalAdd } from './portal-add.ts';
import { portalCheck } from './portal-check.ts';
import { portalList } from './portal-list.ts';
import { portalPause, portalResume } from './portal-pause.ts';
import { portalRate, type RateName } from './portal-rate.ts';
import { portalRemove } from './portal-remove.ts';

const ADD_HELP = `
Examples:
  $ npm run --silent cli -- portal add --webhook https://acme.bitrix24.com/rest/1/xxxxxxxxxxxxxxxx/
  $ npm run --silent cli -- portal add --webhook - < webhook-url.txt        (keeps the URL out of the shell's history)
  $ npm run --silent cli -- portal add --oauth grant.json

The grant is JSON in its stored form: {"kind":"oauth","memberId":…,"clientEndpoint":…,"serverEndpoint":…,
"accessToken":…,"refreshToken":…,"applicationToken":…,"userId":…,"scope":[…]}, or {"kind":"webhook","url":…}.`;

const CHECK_HELP = `
Examples:
  $ npm run --silent cli -- portal check
  $ npm run --silent cli -- portal check acme.bitrix24.com
  $ npm run --silent cli -- portal check acme.bitrix24.com --fix

Exits with 0 only if every checked portal works without problems.`;

const RATE_HELP = `
Examples:
  $ npm run --silent cli -- portal rate --portal acme.bitrix24.com
  $ npm run --silent cli -- portal rate enterprise --portal acme.bitrix24.com`;

const DOCTOR_HELP = `
Examples:
  $ npm run --silent cli -- doctor
  $ npm run --silent cli -- --stage prod doctor
  $ npm run --silent cli -- doctor --fix

Exits with 0 only if there are no problems; a portal that is paused, stopped or without the application is one.`;

/** `portal` with its subcommands, `app` and `doctor`. */
export function definePortalCommands(program: Command, run: RunCommand): void {
  const portal = program.command('portal').description('manage the portals that are served');
  defineAdd(portal, run);
  portal
    .command('list')
    .description('list name, kind of grant, host, state and waiting jobs of each portal')
    .action((_, command: Command) => run(globalOptions(command), portalList));
  defineCheck(portal, run);
  defineForPortal(portal, run, 'remove', 'delete the grant of a portal; its records are kept', portalRemove);
  defineForPortal(portal, run, 'pause', 'do not call the portal; jobs are accepted and wait', portalPause);
  defineForPortal(portal, run, 'resume', 'call a paused or stopped portal again', portalResume);
  defineRate(portal, run);
  defineApp(program, run);
  defineDoctor(program, run);
}

function defineAdd(portal: Command, run: RunCommand): void {
  portal
    .command('add')
    .description('store a grant for a portal, or replace it')
    .option('--webhook <url>', 'the address of an inbound webhook; - reads it from the standard input')
    .option('--application-token <token>', 'the token of an outbound webhook, if its events are wanted')
    .option('--member-id <id>', "the portal's name here (default: the host of the webhook)", argument.memberId)
    .addOption(
      new Option('--oauth <file>', 'a grant as JSON; - reads it from the standard input').conflicts([
        'webhook',
        'applicationToken',
        'memberId',
      ]),
    )
    .addHelpText('after', ADD_HELP)
    .action(async (options: PortalAddArgs, command: Command) => {
      if (options.webhook === undefined && options.oauth === undefined) {
        command.error('error: pass --webhook URL or --oauth FILE');
      }
      await run(globalOptions(command), (deps, out) => portalAdd(deps, options, out));
    });
}

function defineCheck(portal: Command, run: RunCommand): void {
  portal
    .command('check [member-id]')
    .description('call the portal and report problems; restarts a stopped portal. No name: all portals')
    .option('--portal <member-id>', 'the portal', argument.memberId)
    .option('--fix', FIX)
    .addHelpText('after', CHECK_HELP)
    .action((name: string | undefined, { portal = name, fix = false }: Named & Fixing, command: Command) =>
      run(globalOptions(command), (deps, out) => portalCheck(deps, { portal, fix }, out)),
    );
}

function defineRate(portal: Command, run: RunCommand): void {
  portal
    .command('rate')
    .addArgument(new Argument('[rate]').choices(Object.keys(RATES)))
    .description(
      'set how fast the portal may be called: standard, or enterprise for that subscription. No rate: show it',
    )
    .requiredOption('--portal <member-id>', 'the portal', argument.memberId)
    .addHelpText('after', RATE_HELP)
    .action((rate: RateName | undefined, options: { readonly portal: string }, command: Command) =>
      run(globalOptions(command), (deps, out) => portalRate(deps, { portal: options.portal, rate }, out)),
    );
}

function defineDoctor(program: Command, run: RunCommand): void {
  program
    .command('doctor')
    .description('check the whole installation and report problems, with what to do about them')
    .option('--fix', FIX)
    .addHelpText('after', DOCTOR_HELP)
    .action(({ fix = false }: Fixing, command: Command) =>
      run(globalOptions(command), (deps, out) => doctor(deps, { fix }, out)),
    );
}

const FIX = 'register the robot and the events again where something is missing or outdated';
type Fixing = { readonly fix?: boolean };

type Named = { readonly portal?: string };
type OfPortal = (deps: CommandContext, portal: string, out: Out) => Promise<ExitCode>;

/** A command about one portal: `portal pause acme` and `portal pause --portal acme` are the same. */
function defineForPortal(parent: Command, run: RunCommand, name: string, description: string, perform: OfPortal): void {
  parent
    .command(`${name} [member-id]`)
    .description(description)
    .option('--portal <member-id>', 'the portal', argument.memberId)
    .action(async (positional: string | undefined, options: Named, command: Command) => {
      const portal = options.portal ?? positional;
      if (portal === undefined) {
        const { cli } = invocationOn(globalOptions(command));
        command.error(`error: name the portal: ${cli} portal ${name} MEMBER_ID`);
      } else await run(globalOptions(command), (deps, out) => perform(deps, portal, out));
    });
}

function defineApp(program: Command, run: RunCommand): void {
  program
    .command('app')
    .description('manage the Bitrix24 application')
    .command('set')
    .description('store the client id and secret of the application')
    .requiredOption('--client-id <id>', 'as the portal or the vendor cabinet shows it')
    .requiredOption('--client-secret-stdin', 'read the secret from the standard input')
    .addHelpText(
      'after',
      '\nExample:\n  $ npm run --silent cli -- app set --client-id local.0123456789abcd.01234567 --client-secret-stdin < secret.txt',
    )
    .action((options: { readonly clientId: string }, command: Command) =>
      run(globalOptions(command), (deps, out) => appSet(deps, options, out)),
    );
}
