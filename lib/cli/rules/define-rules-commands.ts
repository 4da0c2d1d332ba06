import type { Command } from 'commander';
import { globalOptions, type RunAlone, type RunCommand } from '../global-options.ts';
import { argument } from '../terminal/parse-argument.ts';
import { rulesBuiltIn, rulesList, rulesSet } from './rules.ts';
import { rulesCheck } from './rules-check.ts';
import { rulesEnable } from './rules-enable.ts';
import { type ExemptionFilter, rulesExemptions, rulesRelease } from './rules-release.ts';
import { type RulesTryArgs, rulesTry } from './rules-try.ts';

const FORM = `
A rule: {"name": "lost-deals", "element": "deal", "when": {"stage": "failed"},
         "activities": {"completed": true, "types": ["email", "call"], "olderThanDays": 30}}
"enabled": false keeps a rule without using it. The output of "rules list --json" can be set again.`;

const HELP = `
Examples:
  $ npm run --silent cli -- rules list --portal acme.bitrix24.com
  $ npm run --silent cli -- rules check rules.json
  $ npm run --silent cli -- rules set rules.json --portal acme.bitrix24.com
  $ npm run --silent cli -- rules try --portal acme.bitrix24.com --activity 999
  $ npm run --silent cli -- rules enable lost-deals --portal acme.bitrix24.com
${FORM}`;

const LIST_HELP = `
Examples:
  $ npm run --silent cli -- rules list --portal acme.bitrix24.com
  $ npm run --silent cli -- rules list --portal acme.bitrix24.com --json > rules.json       (edit the file, then: rules set)
  $ npm run --silent cli -- rules list --shipped                                            (the built-in rules)`;

const SET_HELP = `
Examples:
  $ npm run --silent cli -- rules set rules.json --portal acme.bitrix24.com
  $ npm run --silent cli -- rules list --portal one.bitrix24.com --json | npm run --silent cli -- rules set - --portal two.bitrix24.com
${FORM}`;

const CHECK_HELP = `
Examples:
  $ npm run --silent cli -- rules check rules.json
  $ npm run --silent cli -- rules check - < rules.json
${FORM}`;

const SWITCH_HELP = {
  enable: `
Examples:
  $ npm run --silent cli -- rules enable lost-deals --portal acme.bitrix24.com
  $ npm run --silent cli -- rules enable lost-deals converted-leads --portal acme.bitrix24.com

A built-in rule is added to the rules of the portal. "cleanup plan --rule NAME" shows what a rule would remove before you
enable it.`,
  disable: `
Example:
  $ npm run --silent cli -- rules disable lost-deals --portal acme.bitrix24.com

What the rule has unbound stays unbound; "undo" rebinds it.`,
};

const EXEMPTIONS_HELP = `
Examples:
  $ npm run --silent cli -- rules exemptions --portal acme.bitrix24.com
  $ npm run --silent cli -- rules exemptions --portal acme.bitrix24.com --activity 999`;

const TRY_HELP = `
Examples:
  $ npm run --silent cli -- rules try --portal acme.bitrix24.com --activity 999
  $ npm run --silent cli -- rules try --portal acme.bitrix24.com --activity 999 --file rules.json`;

const RELEASE_HELP = `
Examples:
  $ npm run --silent cli -- rules release --portal acme.bitrix24.com --run undo:3f2a91c07b
  $ npm run --silent cli -- rules release --portal acme.bitrix24.com --activity 999 --element deal:1
  $ npm run --silent cli -- rules release --portal acme.bitrix24.com --refused      (for example after rights were granted)
  $ npm run --silent cli -- rules release --portal acme.bitrix24.com --all`;

/** `rules` with its subcommands: what is cleaned up automatically, and what is exempt. */
export function defineRulesCommands(program: Command, run: RunCommand, alone: RunAlone): void {
  const rules = program
    .command('rules')
    .description('manage what is cleaned up automatically in a portal')
    .addHelpText('after', HELP);
  defineList(rules, run, alone);
  withPortal(rules, 'set <file>', 'replace the rules of a portal with those of a JSON file; - reads the standard input')
    .addHelpText('after', SET_HELP)
    .action((source: string, { portal }: OfPortal, command: Command) =>
      run(globalOptions(command), (deps, out) => rulesSet(deps, { portal, source }, out)),
    );
  rules
    .command('check <file>')
    .description('report problems in the rules of a JSON file, without setting them; - reads the standard input')
    .addHelpText('after', CHECK_HELP)
    .action((source: string, _: object, command: Command) =>
      alone(globalOptions(command), async (read, out) => rulesCheck(await read(source), out)),
    );
  withPortal(rules, 'try', 'show what each rule decides about an activity, and why; changes nothing')
    .requiredOption('--activity <id>', 'the activity', argument.activity)
    .option('--file <file>', 'try the rules of this file; - reads the standard input')
    .addHelpText('after', TRY_HELP)
    .action((options: RulesTryArgs, command: Command) =>
      run(globalOptions(command), (deps, out) => rulesTry(deps, options, out)),
    );
  for (const name of ['enable', 'disable'] as const) {
    const enabled = name === 'enable';
    withPortal(rules, `${name} <name...>`, `${name} rules`)
      .addHelpText('after', SWITCH_HELP[name])
      .action((names: string[], { portal }: OfPortal, command: Command) =>
        run(globalOptions(command), (deps, out) => rulesEnable(deps, { portal, names, enabled }, out)),
      );
  }
  defineExemptions(rules, run);
}

type OfPortal = { readonly portal: string };

function defineList(rules: Command, run: RunCommand, alone: RunAlone): void {
  rules
    .command('list')
    .description('list the rules of a portal, or the built-in ones')
    .option('--portal <member-id>', 'the portal', argument.memberId)
    .option('--shipped', 'list the built-in rules')
    .addHelpText('after', LIST_HELP)
    .action(async ({ portal, shipped }: { readonly portal?: string; readonly shipped?: true }, command: Command) => {
      if (shipped === true) return await alone(globalOptions(command), (_, out) => rulesBuiltIn(out));
      if (portal === undefined) return command.error('error: pass --portal MEMBER_ID or --shipped');
      await run(globalOptions(command), (deps, out) => rulesList(deps, portal, out));
    });
}

function defineExemptions(rules: Command, run: RunCommand): void {
  withExemptions(
    rules,
    'exemptions',
    'list bindings that are exempt from rules: a person has undone their removal, or Bitrix24 has refused it',
  )
    .addHelpText('after', EXEMPTIONS_HELP)
    .action((options: ExemptionFilter, command: Command) =>
      run(globalOptions(command), (deps, out) => rulesExemptions(deps, options, out)),
    );
  withExemptions(rules, 'release', 'let rules decide about exempt bindings again')
    .option('--all', 'all exempt bindings')
    .addHelpText('after', RELEASE_HELP)
    .action(async (options: ExemptionFilter & { readonly all?: true }, command: Command) => {
      const { all, activity, element, run: undo, refused } = options;
      const named = [activity, element, undo, refused].some((one) => one !== undefined);
      if (named === (all === true))
        command.error('error: pass --activity, --element, --run or --refused, or else --all');
      await run(globalOptions(command), (deps, out) => rulesRelease(deps, options, out));
    });
}

const withPortal = (rules: Command, name: string, description: string): Command =>
  rules.command(name).description(description).requiredOption('--portal <member-id>', 'the portal', argument.memberId);

const withExemptions = (rules: Command, name: string, description: string): Command =>
  withPortal(rules, name, description)
    .option('--activity <id>', 'only of this activity', argument.activity)
    .option('--element <element>', 'only to this element', argument.element)
    .option('--run <id>', 'only what this undo has rebound')
    .option('--refused', 'only what Bitrix24 has refused to unbind');
