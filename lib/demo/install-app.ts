import { EVENT_NAMES } from '../bitrix24/registration/event-names.ts';
import { DEFAULT_RULES } from '../cleanup/rules/default-rules.ts';
import type { Scene } from './open-scene.ts';
import { portalView } from './portal-view.ts';
import { until } from './until.ts';

/** As a person would: stores the application's credentials, installs it from the portal, and enables one built-in rule. */
export async function installApp({ portal, stack, clock }: Scene): Promise<void> {
  const { clientId, memberId, oauth } = portal;
  await stack.stores.grants.writeApp({ clientId, clientSecret: oauth.clientSecret });

  const status = await portal.installAt(`${stack.url}/install`);
  if (status !== 200) throw new Error(`The installation was answered with ${status ?? 'nothing'} instead of 200`);
  await until('The robot and the event subscriptions are registered in the portal', () => isRegistered(portal), clock);

  const rules = DEFAULT_RULES.map((rule) => ({ ...rule, enabled: rule.name === 'lost-deals' }));
  await stack.stores.portals.writeRules(memberId, JSON.stringify(rules));
}

function isRegistered(portal: Scene['portal']): boolean {
  const { robots, subscriptions } = portalView(portal.state());
  return robots === 1 && subscriptions === EVENT_NAMES.length;
}
