import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { unknownRule } from '../shared/unknown-rule.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import { sayWhoFollows } from './announce-triggers.ts';
import { rulesGiven } from './read-rules-file.ts';
import { portalRules, unreadableRules } from './select-rules.ts';
import { writtenRules } from './written-rules.ts';

export type SwitchArgs = { readonly portal: string; readonly names: readonly string[]; readonly enabled: boolean };

/** Switches rules on or off. The ones that ship become the portal's own by that, also beside rules that were set. */
export async function rulesSwitch(deps: CommandContext, args: SwitchArgs, out: Out): Promise<ExitCode> {
  const { portal, enabled } = args;
  const names = [...new Set(args.names)];
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  if ((await portalRules(portal, deps)) === null) {
    out.say(unreadableRules(portal, out));
    return EXIT.notDone;
  }
  const { portals } = deps.stores;
  const { rules, besides } = await writtenRules(portal, portals);
  const added = enabled ? besides.filter(({ name }) => names.includes(name)) : [];
  const all = [...rules, ...added];
  const stranger = names.find((name) => !all.some((rule) => rule.name === name));
  if (stranger !== undefined) {
    out.say(
      unknownRule(
        stranger,
        [...rules, ...(enabled ? besides : [])].map(({ name }) => name),
      ),
    );
    return EXIT.notDone;
  }
  const switched = all.map((rule) => (names.includes(rule.name) ? { ...rule, enabled } : rule));
  const given = rulesGiven(JSON.stringify(switched));
  if (given.kind === 'rejected') {
    for (const problem of given.problems) out.say(problem);
    return EXIT.notDone;
  }
  await portals.writeRules(portal, given.json);

  for (const name of names) out.record({ portal, rule: name, enabled }, `${name}: ${enabled ? 'on' : 'off'}`);
  for (const { name } of added) out.say(`${name} ships, and was added to the rules of the portal.`);
  if (enabled) await sayWhoFollows(portal, names.length, deps, out);
  return EXIT.done;
}
