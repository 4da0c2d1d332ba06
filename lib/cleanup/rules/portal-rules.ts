import type { Log } from '../../log.ts';
import type { PortalStore } from '../../portal/portal-store.ts';
import { readRules } from './read-rules.ts';
import type { Rule } from './rule.ts';

/** The enabled rules of a portal. */
export type RulesOf = (portal: string) => Promise<readonly Rule[]>;

/**
 * Rules that cannot be read any more are no rules: nothing is removed on a guess. Those who ask at the same time share one
 * read, so that what they go on to ask of the portal travels together.
 */
export function portalRules(portals: Pick<PortalStore, 'readRules'>, log: Log): RulesOf {
  const reading = new Map<string, Promise<readonly Rule[]>>();
  return (portal) => {
    const underWay = reading.get(portal);
    if (underWay !== undefined) return underWay;
    const rules = enabledRules(portal, portals, log).finally(() => reading.delete(portal));
    reading.set(portal, rules);
    return rules;
  };
}

async function enabledRules(
  portal: string,
  portals: Pick<PortalStore, 'readRules'>,
  log: Log,
): Promise<readonly Rule[]> {
  const stored = await portals.readRules(portal);
  if (stored === null) return [];
  const reading = readRules(stored);
  if (reading.kind === 'rules') return reading.rules.filter(({ enabled }) => enabled);
  log.error('rules_unreadable', { portal, problems: reading.problems.length });
  return [];
}
