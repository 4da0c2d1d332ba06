import { act } from './crm/activities/actions.ts';
import { createWorld, dumpWorld, type World } from './crm/crm.ts';
import { type Front, startFront } from './front/front.ts';
import type { PortalOptions } from './front/portal.ts';
import type { Ground, Inside } from './inside.ts';
import type { Methods, Surroundings } from './method.ts';
import { portalMethods } from './methods/methods.ts';
import { createOutbound, type Outbound } from './outbound/deliver.ts';

/** A Bitrix24 portal with its CRM, on loopback. */
export type SimulatedPortal = Front & {
  /** The CRM as it is now; another one after a seed. */
  world(): World;
  /** The portal's calls to the outside: events and robots. */
  outbound(): Outbound;
  /** Installs the application and sends ONAPPINSTALL (B§7.1); gives the handler's HTTP status, null without an answer. */
  installAt(url: string, userId?: number): Promise<number | null>;
  /** Sends ONAPPUNINSTALL, without tokens, and withdraws all rights (B§7.1). */
  uninstallFrom(url: string | null): void;
};

export type SimulatedPortalOptions = PortalOptions & {
  port?: number;
  /** See crm/world-seed.ts. */
  seed?: unknown;
  /** More methods, or others in place of the portal's own. */
  methods?: Methods;
};

export async function startSimulatedPortal(options: SimulatedPortalOptions = {}): Promise<SimulatedPortal> {
  const built: Crm[] = [];
  const front = await startFront({
    ...options,
    inside(ground) {
      const crm = createCrm(ground, options);
      built.push(crm);
      return crm;
    },
  });
  const [crm] = built;
  if (!crm) throw new Error('a front without an inside');
  const { world, outbound, installAt, uninstallFrom } = crm;
  return Object.assign(front, { world, outbound, installAt, uninstallFrom });
}

type Crm = Inside & Pick<SimulatedPortal, 'world' | 'outbound' | 'installAt' | 'uninstallFrom'>;

/** What a seed does not name of these stays: they belong to the application and not to the CRM. */
const REGISTRATIONS = ['robots', 'subscriptions', 'outboundWebhooks', 'secret', 'app'];

function createCrm(ground: Ground, options: SimulatedPortalOptions): Crm {
  let { world, outbound, surroundings, methods } = furnish(ground, options.seed, options.methods);

  const installAt: Crm['installAt'] = (url, userId = 1) => {
    ground.install();
    world.app.installed = true;
    return outbound.sendInstall(url, userId);
  };
  const uninstallFrom: Crm['uninstallFrom'] = (url) => {
    outbound.uninstall(url);
    ground.uninstall();
  };

  return {
    get methods() {
      return methods;
    },
    isAdmin: (userId) => world.users.get(userId)?.isAdmin ?? false,
    state: () => dumpWorld(world),
    seed(seed) {
      const kept = Object.entries(dumpWorld(world)).filter(([part]) => REGISTRATIONS.includes(part));
      const furnished = furnish(ground, { ...Object.fromEntries(kept), ...Object(seed) }, options.methods);
      outbound.queue.drop();
      ({ world, outbound, surroundings, methods } = furnished);
    },
    async act(what) {
      const order = Object(what);
      if (order.do === 'install') return { status: await installAt(String(order.url), order.userId) };
      if (order.do === 'uninstall') return uninstallFrom(order.url ?? null);
      return act(world, surroundings, what, outbound);
    },
    async close() {
      outbound.queue.drop();
    },
    world: () => world,
    outbound: () => outbound,
    installAt,
    uninstallFrom,
  };
}

type Furnished = { world: World; outbound: Outbound; surroundings: Surroundings; methods: Methods };

function furnish({ clock, settings, applied, outboundAuth }: Ground, seed: unknown, more: Methods = {}): Furnished {
  const world = createWorld(seed, clock);
  const outbound = createOutbound(world, outboundAuth);
  const surroundings: Surroundings = {
    clock,
    applied,
    emit: (event, data, userId) => outbound.emit(event, data, userId),
    writeWindowMs: () => settings.writeWindowMs,
  };
  return { world, outbound, surroundings, methods: portalMethods(world, surroundings, more) };
}
