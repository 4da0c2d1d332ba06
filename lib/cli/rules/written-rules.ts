import { DEFAULT_RULES } from '../../cleanup/rules/default-rules.ts';
import type { PortalStore } from '../../portal/portal-store.ts';

/** A rule as a person wrote it; fields stay as they are. `rules set` takes what `rules list --json` prints. */
export type WrittenRule = { readonly name: string; readonly [field: string]: unknown };

export const SHIPPED: readonly WrittenRule[] = DEFAULT_RULES;

export type WrittenRules = {
  readonly rules: readonly WrittenRule[];
  /** false: none were set, so these are the ones that ship. */
  readonly own: boolean;
  /** Of those that ship the ones whose names are not among them. */
  readonly besides: readonly WrittenRule[];
};

export async function writtenRules(portal: string, portals: Pick<PortalStore, 'readRules'>): Promise<WrittenRules> {
  const stored = await portals.readRules(portal);
  if (stored === null) return { rules: SHIPPED, own: false, besides: [] };
  const rules = JSON.parse(stored) as readonly WrittenRule[]; // checked before they were stored
  return { rules, own: true, besides: SHIPPED.filter(({ name }) => !rules.some((rule) => rule.name === name)) };
}
