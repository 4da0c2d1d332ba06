import { act } from './crm/activities/actions.ts';
import { type Crm, createCrm, dumpCrm } from './crm/crm.ts';
import { type Front, startFront } from './front/front.ts';
import type { PortalOptions } from './front/portal.ts';
import type { Ground, Inside } from './inside.ts';
import type { Methods, Surroundings } from './method.ts';
import { portalMethods } from './methods/methods.ts';
import { createOutbound, type Outbound } from './outbound/deliver.ts';

/** A Bitrix24 portal with its CRM, on loopback. */
export type SimulatedPortal = Front & {
  /** The CRM as it is now; another one after a seed. */
  crm(): Crm;
  /** The portal's calls to the outside: events and robots. */
  outbound(): Outbound;
  /** Installs the application and sends ONAPPINSTALL (B§7.1); gives the handler's HTTP status, null without an answer. */
  installAt(url: string, userId?: number): Promise<number | null>;
  /** Sends ONAPPUNINSTALL, without tokens, and withdraws all rights (B§7.1). */
  uninstallFrom(url: string | null): void;
};

export type SimulatedPortalOptions = PortalOptions & {
  port?: number;
  /** See crm/crm-seed.ts. */
  seed?: unknown;
  /** More methods, or others in place of the portal's own. */
  methods?: Methods;
};

export async function startSimulatedPortal(options: SimulatedPortalOptions = {}): Promise<SimulatedPortal> {
  const built: PortalInside[] = [];
  const front = await startFront({
    ...options,
    inside(ground) {
      const interior = buildInside(ground, options);
      built.push(interior);
      return interior;
    },
  });
  const [interior] = built;
  if (!interior) throw new Error('a front without an inside');
  const { crm, outbound, installAt, uninstallFrom } = interior;
  return Object.assign(front, { crm, outbound, installAt, uninstallFrom });
}

type PortalInside = Inside & Pick<SimulatedPortal, 'crm' | 'outbound' | 'installAt' | 'uninstallFrom'>;

/** What a seed does not name of these stays: they belong to the application and not to the CRM. */
const REGISTRATIONS = ['robots', 'subscriptions', 'outboundWebhooks', 'secret', 'app'];

function buildInside(ground: Ground, options: SimulatedPortalOptions): PortalInside {
  let { crm, outbound, surroundings, methods } = furnish(ground, options.seed, options.methods);

  const installAt: PortalInside['installAt'] = (url, userId = 1) => {
    ground.install();
    crm.app.installed = true;
    return outbound.sendInstall(url, userId);
  };
  const uninstallFrom: PortalInside['uninstallFrom'] = (url) => {
    outbound.uninstall(url);
    ground.uninstall();
  };

  return {
    get methods() {
      return methods;
    },
    isAdmin: (userId) => crm.users.get(userId)?.isAdmin ?? false,
    state: () => dumpCrm(crm),
    seed(seed) {
      const kept = Object.entries(dumpCrm(crm)).filter(([part]) => REGISTRATIONS.includes(part));
      const furnished = furnish(ground, { ...Object.fromEntries(kept), ...Object(seed) }, options.methods);
      outbound.queue.drop();
      ({ crm, outbound, surroundings, methods } = furnished);
    },
    async act(what) {
      const order = Object(what);
      if (order.do === 'install') return { status: await installAt(String(order.url), order.userId) };
      if (order.do === 'uninstall') return uninstallFrom(order.url ?? null);
      return act(crm, surroundings, what, outbound);
    },
    async close() {
      outbound.queue.drop();
    },
    crm: () => crm,
    outbound: () => outbound,
    installAt,
    uninstallFrom,
  };
}

type Furnished = { crm: Crm; outbound: Outbound; surroundings: Surroundings; methods: Methods };

function furnish({ clock, settings, applied, outboundAuth }: Ground, seed: unknown, more: Methods = {}): Furnished {
  const crm = createCrm(seed, clock);
  const outbound = createOutbound(crm, outboundAuth);
  const surroundings: Surroundings = {
    clock,
    applied,
    emit: (event, data, userId) => outbound.emit(event, data, userId),
    writeWindowMs: () => settings.writeWindowMs,
  };
  return { crm, outbound, surroundings, methods: portalMethods(crm, surroundings, more) };
}
