import { DEFAULT_RULES } from '../../cleanup/rules/default-rules.ts';
import { readRules } from '../../cleanup/rules/read-rules.ts';
import type { Rule } from '../../cleanup/rules/rule.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { unknownRule } from '../shared/unknown-rule.ts';
import type { Out } from '../terminal/output.ts';

/** The rules of a portal, read; those that ship where none were set. Null: what is stored cannot be read any more. */
export async function portalRules(portal: string, { stores }: CommandContext): Promise<readonly Rule[] | null> {
  const reading = readRules((await stores.portals.readRules(portal)) ?? JSON.stringify(DEFAULT_RULES));
  return reading.kind === 'rules' ? reading.rules : null;
}

export type Choice =
  | { readonly kind: 'chosen'; readonly rules: readonly Rule[] }
  | { readonly kind: 'problem'; readonly text: string };

/** Those that a plan is made by: the named ones, switched on or not; otherwise all that are switched on. */
export async function plannedRules(
  portal: string,
  names: readonly string[],
  deps: CommandContext,
  out: Out,
): Promise<Choice> {
  const rules = await portalRules(portal, deps);
  if (rules === null) return problem(unreadableRules(portal, out));
  const known = rules.map(({ name }) => name);
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) return problem(unknownRule(stranger, known));

  const chosen = rules.filter(({ name, enabled }) => (names.length === 0 ? enabled : names.includes(name)));
  if (chosen.length > 0) return { kind: 'chosen', rules: chosen.map((rule) => ({ ...rule, enabled: true })) };
  return problem(
    [
      `No rule of ${portal} is switched on, so there is nothing to plan.`,
      `To switch one on: ${out.command(`rules enable NAME --portal ${portal}`)}`,
      `To plan by one that is off: ${out.command(`cleanup plan --rule NAME --portal ${portal}`)}`,
    ].join('\n'),
  );
}

export const unreadableRules = (portal: string, out: Out): string =>
  `The rules of ${portal} cannot be read. Set them again: ${out.command(`rules set FILE --portal ${portal}`)}`;

const problem = (text: string): Choice => ({ kind: 'problem', text });
