import { DEFAULT_RULES } from '../../cleanup/rules/default-rules.ts';
import type { PortalStore } from '../../portal/portal-store.ts';

/** A rule as a person wrote it, with its fields unchanged: `rules set` takes what `rules list --json` prints. */
export type WrittenRule = { readonly name: string; readonly [field: string]: unknown };

export const BUILT_IN_RULES: readonly WrittenRule[] = DEFAULT_RULES;

export type WrittenRules = {
  readonly rules: readonly WrittenRule[];
  /** false: none were set, so these are the built-in rules. */
  readonly own: boolean;
  /** The built-in rules that are not among them, by name. */
  readonly others: readonly WrittenRule[];
};

export async function writtenRules(portal: string, portals: Pick<PortalStore, 'readRules'>): Promise<WrittenRules> {
  const stored = await portals.readRules(portal);
  if (stored === null) return { rules: BUILT_IN_RULES, own: false, others: [] };
  const rules = JSON.parse(stored) as readonly WrittenRule[]; // checked before they were stored
  return { rules, own: true, others: BUILT_IN_RULES.filter(({ name }) => !rules.some((rule) => rule.name === name)) };
}
