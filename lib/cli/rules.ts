import { DEFAULT_RULES } from '../cleanup/default-rules.ts';
import { readRules } from '../cleanup/read-rules.ts';
import type { CommandMeans } from './command-means.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { knownPortal } from './known-portal.ts';
import type { Out } from './out.ts';
import { rulesText } from './rules-text.ts';
import type { Column } from './text-table.ts';

/** A rule as people write it; `rules set` takes what `rules list --json` prints. */
type WrittenRule = { readonly [field: string]: unknown };

const COLUMNS: readonly Column<WrittenRule>[] = [
  { title: 'RULE', text: ({ name }) => String(name) },
  { title: 'ON', text: ({ enabled }) => (enabled === false ? 'no' : 'yes') },
  { title: 'ELEMENT', text: ({ element }) => String(element) },
  { title: 'WHEN', text: ({ when }) => conditions(when), shrinks: true },
  { title: 'ACTIVITIES', text: ({ activities }) => conditions(activities), shrinks: true },
];

export async function rulesList(means: CommandMeans, portal: string, out: Out): Promise<ExitCode> {
  if ((await knownPortal(portal, means, out)) === null) return EXIT.notDone;
  const stored = await means.stores.portals.readRules(portal);
  const rules: readonly WrittenRule[] = stored === null ? DEFAULT_RULES : listOf(stored);
  out.table(rules, COLUMNS);
  if (stored === null) out.say('No rules were set for this portal. These are the ones that ship; none is switched on.');
  else if (rules.length === 0) out.say('The list of rules of this portal is empty.');
  return EXIT.done;
}

/** `source`: a file with a JSON list of rules, or one rule a line; `-`: the standard input. */
export async function rulesSet(
  means: CommandMeans,
  { portal, source }: { portal: string; source: string },
  out: Out,
): Promise<ExitCode> {
  if ((await knownPortal(portal, means, out)) === null) return EXIT.notDone;
  const json = rulesText(await means.read(source));
  const reading = readRules(json);
  if (reading.kind === 'rejected') {
    for (const problem of reading.problems) out.say(problem);
    return EXIT.notDone;
  }
  await means.stores.portals.writeRules(portal, json);
  const count = reading.rules.length;
  const enabled = reading.rules.filter((rule) => rule.enabled).length;
  out.record({ portal, rules: count, enabled }, `stored ${count} rules for ${portal}, ${enabled} switched on`);
  return EXIT.done;
}

const listOf = (json: string): WrittenRule[] => JSON.parse(json) as WrittenRule[]; // written by rulesSet, checked before

/** `stage failed, alsoBoundTo deal+contact` */
function conditions(value: unknown): string {
  const named = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return named
    .map(([name, wanted]) => `${name} ${Array.isArray(wanted) ? wanted.join('+') : String(wanted)}`)
    .join(', ');
}
