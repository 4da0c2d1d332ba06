import type { Log } from '../log.ts';
import type { PortalStore } from '../portal/portal-store.ts';
import { type Rule, readRules } from './rule.ts';

/** The enabled rules of a portal. */
export type RulesOf = (portal: string) => Promise<readonly Rule[]>;

/** Rules that cannot be read any more are no rules: nothing is removed on a guess. */
export const storedRules =
  (portals: Pick<PortalStore, 'readRules'>, log: Log): RulesOf =>
  async (portal) => {
    const stored = await portals.readRules(portal);
    if (stored === null) return [];
    const reading = readRules(stored);
    if (reading.kind === 'rules') return reading.rules.filter(({ enabled }) => enabled);
    log.error('rules_unreadable', { portal, problems: reading.problems.length });
    return [];
  };
