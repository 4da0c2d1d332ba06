import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { counted } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import type { Column } from '../terminal/text-table.ts';
import { announceTriggers } from './announce-triggers.ts';
import { readRulesFile } from './read-rules-file.ts';
import { ruleWarnings } from './rule-warnings.ts';
import { BUILT_IN_RULES, type WrittenRule, writtenRules } from './written-rules.ts';

const COLUMNS: readonly Column<WrittenRule>[] = [
  { title: 'RULE', text: ({ name }) => name },
  { title: 'ON', text: ({ enabled }) => (enabled === false ? 'no' : 'yes') },
  { title: 'ELEMENT', text: ({ element }) => String(element) },
  { title: 'WHEN', text: whenText, explains: 'when' },
  { title: 'ACTIVITIES', text: ({ activities }) => conditionsText(activities), explains: 'activities' },
  { title: 'PURPOSE', text: ({ description = '' }) => String(description), explains: true },
];

export async function rulesList(deps: CommandContext, portal: string, out: Out): Promise<ExitCode> {
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  const { rules, own, others } = await writtenRules(portal, deps.stores.portals);
  out.table(rules, COLUMNS);
  if (!own) out.say('No rules were set for this portal. These are the built-in rules; none is enabled.');
  else if (rules.length === 0) out.say('This portal has an empty list of rules.');
  if (others.length > 0) {
    out.say(`Built-in rules that are not in this list: ${others.map(({ name }) => name).join(', ')}`);
    out.say(`To see them: ${out.command('rules list --shipped')}`);
    out.say(`To enable one: ${out.command(`rules enable NAME --portal ${portal}`)}`);
  }
  return EXIT.done;
}

/** Lists the built-in rules, without a portal. */
export async function rulesBuiltIn(out: Out): Promise<ExitCode> {
  out.table(BUILT_IN_RULES, COLUMNS);
  out.say('A portal has these rules, disabled, until rules are set for it.');
  out.say(`To enable one: ${out.command('rules enable NAME --portal MEMBER_ID')}`);
  return EXIT.done;
}

/** `source`: a file with a JSON list of rules, or one rule per line; `-`: the standard input. */
export async function rulesSet(
  deps: CommandContext,
  { portal, source }: { portal: string; source: string },
  out: Out,
): Promise<ExitCode> {
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  const given = readRulesFile(await deps.read(source));
  if (given.kind === 'rejected') {
    for (const problem of given.problems) {
      if (out.forPrograms) out.record({ status: 'rejected', problem }, problem);
      out.say(problem);
    }
    return EXIT.notDone;
  }
  await deps.stores.portals.writeRules(portal, given.json);
  const count = given.rules.length;
  const enabled = given.rules.filter((rule) => rule.enabled).length;
  const remarks = ruleWarnings(given.rules);
  const line = `stored ${counted(count, 'rule')} for ${portal}, ${enabled} enabled`;
  out.record({ portal, rules: count, enabled, remarks }, line);
  for (const remark of remarks) out.say(remark);
  if (enabled > 0) await announceTriggers(portal, enabled, deps, out);
  return EXIT.done;
}

function whenText({ when, activities }: WrittenRule): string {
  return conditionsText(when) || (conditionsText(activities) === '' ? 'always' : '');
}

/** `stage failed, alsoBoundTo deal or contact` */
function conditionsText(conditions: unknown): string {
  return fieldsIn(conditions)
    .map(([name, wanted]) => `${name} ${wantedText(wanted)}`)
    .join(', ');
}

/** `failed`, `deal or contact`, `3 or 5`, `not 3` */
function wantedText(wanted: unknown): string {
  if (Array.isArray(wanted)) return wanted.map(String).join(' or ');
  const [[kind, ids] = []] = fieldsIn(wanted);
  if (kind === undefined) return String(wanted);
  return kind === 'exclude' ? `not ${wantedText(ids)}` : wantedText(ids);
}

const fieldsIn = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];
