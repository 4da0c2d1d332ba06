import { robotDefinition } from '../../../lib/bitrix24/registration/robot-definition.ts';
import type { GrantStore } from '../../../lib/portal/grant-store.ts';
import type { PortalStore } from '../../../lib/portal/portal-store.ts';
import { type SimulatedOauthServer, startOauthServer } from '../../../lib/simulator/oauth-server.ts';
import type { PortalClock } from '../../../lib/simulator/portal-clock.ts';
import type { Settings } from '../../../lib/simulator/settings.ts';
import { type SimulatedPortal, startSimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import type { VirtualClock } from './virtual-clock.ts';

export type StagePortals = {
  readonly portals: readonly SimulatedPortal[];
  readonly oauth: SimulatedOauthServer;
  close(): Promise<void>;
};

export type StagePortalsOptions = {
  readonly clock: VirtualClock;
  readonly count: number;
  readonly settings?: Partial<Settings>;
  /** The CRM of each portal, see lib/simulator/crm/crm-seed.ts. */
  readonly seedOf: (index: number) => object;
};

/** Portals that share one OAuth server, with the robot registered; nothing is subscribed, so our own changes raise no events. */
export async function startStagePortals({
  clock,
  count,
  settings = {},
  seedOf,
}: StagePortalsOptions): Promise<StagePortals> {
  const serverTime = serverClock(clock);
  const oauth = await startOauthServer({ clock: serverTime });
  const { clientId } = oauth;
  const { NAME, PROPERTIES, RETURN_PROPERTIES } = robotDefinition('https://unbind.example/robot');
  const robot = {
    clientId,
    code: 'unbind_activity',
    handler: 'https://unbind.example/robot',
    name: NAME,
    useSubscription: 'Y',
    properties: PROPERTIES,
    returnProperties: RETURN_PROPERTIES,
  };
  const portals: SimulatedPortal[] = [];
  for (let index = 0; index < count; index += 1) {
    const seed = { robots: [robot], ...seedOf(index) };
    const memberId = `portal${String(index + 1).padStart(2, '0')}`;
    portals.push(await startSimulatedPortal({ oauth, clock: serverTime, memberId, settings, seed }));
  }
  return {
    portals,
    oauth,
    async close() {
      await Promise.all(portals.map((portal) => portal.close()));
      await oauth.close();
    },
  };
}

/**
 * The servers' clock. They sleep while a client waits (a write window) or after it has gone (a late change). Whole milliseconds
 * are write windows: during them the waiting client does not hold up time.
 */
function serverClock(clock: VirtualClock): PortalClock {
  return {
    now: () => clock.now(),
    async sleep(ms) {
      if (!Number.isInteger(ms)) return clock.sleep(ms);
      clock.leave();
      await clock.sleep(ms);
      clock.enter();
    },
    advance: () => {
      throw new Error('the virtual clock advances by itself');
    },
  };
}

/** Writes what an installation leaves behind: the grant and the portal's row. */
export async function installOn(
  { portals, oauth }: StagePortals,
  stores: { readonly grants: GrantStore; readonly portals: PortalStore },
  now: number,
): Promise<void> {
  await stores.grants.writeApp({ clientId: oauth.clientId, clientSecret: oauth.clientSecret });
  for (const portal of portals) {
    await stores.grants.write(portal.issueGrant(), null);
    await stores.portals.add(portal.memberId, now);
  }
}
