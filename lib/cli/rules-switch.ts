import { DEFAULT_RULES } from '../cleanup/default-rules.ts';
import type { CommandMeans } from './command-means.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { knownPortal } from './known-portal.ts';
import type { Out } from './out.ts';
import { portalRules } from './planned-rules.ts';

export type SwitchArgs = { readonly portal: string; readonly names: readonly string[]; readonly enabled: boolean };

/** As a person wrote it; other fields stay as they are. */
type WrittenRule = { readonly name: string; readonly [field: string]: unknown };

/** Switches rules on or off. The ones that ship become the portal's own by that. */
export async function rulesSwitch(means: CommandMeans, args: SwitchArgs, out: Out): Promise<ExitCode> {
  const { portal, names, enabled } = args;
  if ((await knownPortal(portal, means, out)) === null) return EXIT.notDone;
  const read = await portalRules(portal, means);
  if (read === null) {
    out.say(`The rules of ${portal} cannot be read. Set them again: rules set FILE --portal ${portal}`);
    return EXIT.notDone;
  }
  const stranger = names.find((name) => !read.some((rule) => rule.name === name));
  if (stranger !== undefined) {
    out.say(`There is no rule ${stranger}. Known are: ${read.map(({ name }) => name).join(', ') || 'none'}`);
    return EXIT.notDone;
  }
  const stored = await means.stores.portals.readRules(portal);
  const written = (stored === null ? DEFAULT_RULES : JSON.parse(stored)) as readonly WrittenRule[]; // read above
  const switched = written.map((rule) => (names.includes(rule.name) ? { ...rule, enabled } : rule));
  await means.stores.portals.writeRules(portal, JSON.stringify(switched));

  for (const name of new Set(names)) out.record({ portal, rule: name, enabled }, `${name}: ${enabled ? 'on' : 'off'}`);
  if (enabled)
    out.say(
      `Events and the schedule follow it from now on. To see first what it means: cleanup plan --portal ${portal}`,
    );
  return EXIT.done;
}
