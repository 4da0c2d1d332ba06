import { DEFAULT_RULES } from '../../cleanup/rules/default-rules.ts';
import { readRules } from '../../cleanup/rules/read-rules.ts';
import type { Rule } from '../../cleanup/rules/rule.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { closestWord } from '../terminal/closest-word.ts';
import type { Out } from '../terminal/output.ts';

/** The rules of a portal; the built-in ones if none were set. Null: what is stored can no longer be read. */
export async function portalRules(portal: string, { stores }: CommandContext): Promise<readonly Rule[] | null> {
  const reading = readRules((await stores.portals.readRules(portal)) ?? JSON.stringify(DEFAULT_RULES));
  return reading.kind === 'rules' ? reading.rules : null;
}

export type RuleSelection =
  | { readonly kind: 'selected'; readonly rules: readonly Rule[] }
  | { readonly kind: 'problem'; readonly text: string };

/** The rules that a plan is made by: the named ones, enabled or not; otherwise all that are enabled. */
export async function selectRules(
  portal: string,
  names: readonly string[],
  deps: CommandContext,
  out: Out,
): Promise<RuleSelection> {
  const rules = await portalRules(portal, deps);
  if (rules === null) return problem(unreadableRules(portal, out));
  const known = rules.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) return problem(unknownRule(unknown, known));

  const selected = rules.filter(({ name, enabled }) => (names.length === 0 ? enabled : names.includes(name)));
  if (selected.length > 0) return { kind: 'selected', rules: selected.map((rule) => ({ ...rule, enabled: true })) };
  return problem(
    [
      `No rule of ${portal} is enabled, so there is nothing to plan.`,
      `To enable one: ${out.command(`rules enable NAME --portal ${portal}`)}`,
      `To plan by a disabled one: ${out.command(`cleanup plan --rule NAME --portal ${portal}`)}`,
    ].join('\n'),
  );
}

export const unreadableRules = (portal: string, out: Out): string =>
  `The rules of ${portal} cannot be read. To set them again: ${out.command(`rules set FILE --portal ${portal}`)}`;

/** Says that there is no rule of this name, and which one may be meant. */
export function unknownRule(name: string, known: readonly string[]): string {
  const meant = closestWord(name, known);
  const question = meant === null ? '' : ` Did you mean ${meant}?`;
  return `There is no rule ${name}.${question} Known rules: ${known.join(', ') || 'none'}`;
}

const problem = (text: string): RuleSelection => ({ kind: 'problem', text });
