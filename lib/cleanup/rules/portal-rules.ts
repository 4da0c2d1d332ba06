import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { PortalStore } from '../../portal/portal-store.ts';
import type { ExemptionStore } from './exemption-store.ts';
import { readRules } from './read-rules.ts';
import type { Rule } from './rule.ts';
import type { StageDirectories } from './stage-directory.ts';

/** The enabled rules of a portal. */
export type RulesOf = (portal: string) => Promise<readonly Rule[]>;

/** What planners that apply rules need besides the portal itself. */
export type RuleDeps = {
  readonly rulesOf: RulesOf;
  readonly stages: StageDirectories;
  readonly exemptions: ExemptionStore;
  readonly clock: Clock;
};

/**
 * Reads the stored rules of portals. Rules that can no longer be parsed count as none: nothing is removed on a guess. Callers
 * that ask at the same time share one read, so that what they ask of the portal next shares a request as well.
 */
export function portalRules(portals: Pick<PortalStore, 'readRules'>, log: Log): RulesOf {
  const reading = new Map<string, Promise<readonly Rule[]>>();
  return (portal) => {
    const pending = reading.get(portal);
    if (pending !== undefined) return pending;
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
