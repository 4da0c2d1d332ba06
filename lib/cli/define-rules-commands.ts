import type { Command } from 'commander';
import type { GlobalOptions, RunAlone, RunCommand } from './build-program.ts';
import { argument } from './parse-argument.ts';
import { rulesList, rulesSet } from './rules.ts';
import { rulesCheck } from './rules-check.ts';
import { type ExemptionFilter, rulesExemptions, rulesRelease } from './rules-release.ts';
import { rulesSwitch } from './rules-switch.ts';
import { type RulesTryArgs, rulesTry } from './rules-try.ts';

const FORM = `
A rule: {"name": "lost-deals", "element": "deal", "when": {"stage": "failed"},
         "activities": {"completed": true, "types": ["email", "call"], "olderThanDays": 30}}
"enabled": false keeps a rule without using it. What "rules list --json" prints can be set again.`;

const HELP = `
Examples:
  $ cli rules list --portal acme.bitrix24.com
  $ cli rules check rules.json
  $ cli rules set rules.json --portal acme.bitrix24.com
  $ cli rules try --portal acme.bitrix24.com --activity 999
  $ cli rules enable lost-deals --portal acme.bitrix24.com
${FORM}`;

const TRY_HELP = `
Examples:
  $ cli rules try --portal acme.bitrix24.com --activity 999
  $ cli rules try --portal acme.bitrix24.com --activity 999 --file rules.json`;

const RELEASE_HELP = `
Examples:
  $ cli rules release --portal acme.bitrix24.com --run undo:3f2a91c07b
  $ cli rules release --portal acme.bitrix24.com --activity 999 --element deal:1
  $ cli rules release --portal acme.bitrix24.com --all`;

/** What is cleaned up by itself in a portal, and what rules leave alone. */
export function defineRulesCommands(program: Command, run: RunCommand, alone: RunAlone): void {
  const rules = program
    .command('rules')
    .description('what is cleaned up by itself in a portal')
    .addHelpText('after', HELP);
  withPortal(rules, 'list', 'the rules of a portal').action(({ portal }: OfPortal, command: Command) =>
    run(globals(command), (means, out) => rulesList(means, portal, out)),
  );
  withPortal(rules, 'set <file>', 'replace the rules of a portal by those of a JSON file; - reads the standard input')
    .addHelpText('after', FORM)
    .action((source: string, { portal }: OfPortal, command: Command) =>
      run(globals(command), (means, out) => rulesSet(means, { portal, source }, out)),
    );
  rules
    .command('check <file>')
    .description('say what is wrong with the rules of a JSON file, without setting them; - reads the standard input')
    .addHelpText('after', FORM)
    .action((source: string, _: object, command: Command) =>
      alone(globals(command), async (read, out) => rulesCheck(await read(source), out)),
    );
  withPortal(rules, 'try', 'what each rule makes of an activity, and why; changes nothing')
    .requiredOption('--activity <id>', 'the activity', argument.activity)
    .option('--file <file>', 'try the rules of this file; - reads the standard input')
    .addHelpText('after', TRY_HELP)
    .action((options: RulesTryArgs, command: Command) =>
      run(globals(command), (means, out) => rulesTry(means, options, out)),
    );
  for (const enabled of [true, false]) {
    withPortal(rules, `${enabled ? 'enable' : 'disable'} <name...>`, `switch rules ${enabled ? 'on' : 'off'}`).action(
      (names: string[], { portal }: OfPortal, command: Command) =>
        run(globals(command), (means, out) => rulesSwitch(means, { portal, names, enabled }, out)),
    );
  }
  defineExemptions(rules, run);
}

type OfPortal = { readonly portal: string };

function defineExemptions(rules: Command, run: RunCommand): void {
  withExemptions(
    rules,
    'exemptions',
    'bindings that rules leave alone, because a person has undone their removal',
  ).action((options: ExemptionFilter, command: Command) =>
    run(globals(command), (means, out) => rulesExemptions(means, options, out)),
  );
  withExemptions(rules, 'release', 'let rules decide over such bindings again')
    .option('--all', 'whatever is exempt')
    .addHelpText('after', RELEASE_HELP)
    .action(async (options: ExemptionFilter & { readonly all?: true }, command: Command) => {
      const { all, activity, element, run: undo } = options;
      const named = activity !== undefined || element !== undefined || undo !== undefined;
      if (named === (all === true)) command.error('error: pass --activity, --element or --run, or else --all');
      await run(globals(command), (means, out) => rulesRelease(means, options, out));
    });
}

const withPortal = (rules: Command, name: string, description: string): Command =>
  rules.command(name).description(description).requiredOption('--portal <member-id>', 'the portal', argument.memberId);

const withExemptions = (rules: Command, name: string, description: string): Command =>
  withPortal(rules, name, description)
    .option('--activity <id>', 'only of this activity', argument.activity)
    .option('--element <element>', 'only to this element', argument.element)
    .option('--run <id>', 'only of this undo');

const globals = (command: Command): GlobalOptions => command.optsWithGlobals<GlobalOptions>();
