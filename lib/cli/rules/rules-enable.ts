import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import { announceTriggers } from './announce-triggers.ts';
import { readRulesFile } from './read-rules-file.ts';
import { portalRules, unknownRule, unreadableRules } from './select-rules.ts';
import { writtenRules } from './written-rules.ts';

export type RulesEnableArgs = { readonly portal: string; readonly names: readonly string[]; readonly enabled: boolean };

/** Enables or disables rules. A built-in rule that is enabled is copied to the rules of the portal. */
export async function rulesEnable(deps: CommandContext, args: RulesEnableArgs, out: Out): Promise<ExitCode> {
  const { portal, enabled } = args;
  const names = [...new Set(args.names)];
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  if ((await portalRules(portal, deps)) === null) {
    out.say(unreadableRules(portal, out));
    return EXIT.notDone;
  }
  const { portals } = deps.stores;
  const { rules, others } = await writtenRules(portal, portals);
  const added = enabled ? others.filter(({ name }) => names.includes(name)) : [];
  const all = [...rules, ...added];
  const unknown = names.find((name) => !all.some((rule) => rule.name === name));
  if (unknown !== undefined) {
    out.say(
      unknownRule(
        unknown,
        [...rules, ...(enabled ? others : [])].map(({ name }) => name),
      ),
    );
    return EXIT.notDone;
  }
  const switched = all.map((rule) => (names.includes(rule.name) ? { ...rule, enabled } : rule));
  const given = readRulesFile(JSON.stringify(switched));
  if (given.kind === 'rejected') {
    for (const problem of given.problems) out.say(problem);
    return EXIT.notDone;
  }
  await portals.writeRules(portal, given.json);

  for (const name of names) out.record({ portal, rule: name, enabled }, `${name}: ${enabled ? 'on' : 'off'}`);
  for (const { name } of added) out.say(`${name} is a built-in rule; it was added to the rules of the portal.`);
  if (enabled) await announceTriggers(portal, names.length, deps, out);
  return EXIT.done;
}
