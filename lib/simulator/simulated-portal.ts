import { act } from './actions.ts';
import { type Crm, createCrm, dumpCrm } from './crm/crm.ts';
import type { MethodContext, Methods } from './method.ts';
import { portalMethods } from './methods/methods.ts';
import { createOutbound, type Outbound } from './outbound/deliver.ts';
import type { BackendContext, PortalBackend } from './portal-backend.ts';
import type { PortalOptions, PortalServer } from './server/portal.ts';
import { startPortalServer } from './server/portal-server.ts';

/** A Bitrix24 portal with its CRM, on loopback. */
export type SimulatedPortal = PortalServer & {
  /** The CRM as it is now; a seed replaces it. */
  crm(): Crm;
  /** The portal's outbound calls: events and robots. */
  outbound(): Outbound;
  /** Installs the application and sends ONAPPINSTALL (B§7.1); returns the handler's HTTP status, null if it did not answer. */
  installAt(url: string, userId?: number): Promise<number | null>;
  /** Sends ONAPPUNINSTALL, without tokens, and revokes all access (B§7.1). */
  uninstallFrom(url: string | null): void;
};

export type SimulatedPortalOptions = PortalOptions & {
  port?: number;
  /** See crm/crm-seed.ts. */
  seed?: unknown;
  /** Additional methods, or replacements for the portal's own. */
  methods?: Methods;
};

export async function startSimulatedPortal(options: SimulatedPortalOptions = {}): Promise<SimulatedPortal> {
  const built: SimulatedBackend[] = [];
  const server = await startPortalServer({
    ...options,
    createBackend(context) {
      const backend = buildBackend(context, options);
      built.push(backend);
      return backend;
    },
  });
  const [backend] = built;
  if (!backend) throw new Error('the server was started without a backend');
  const { crm, outbound, installAt, uninstallFrom } = backend;
  return Object.assign(server, { crm, outbound, installAt, uninstallFrom });
}

type SimulatedBackend = PortalBackend & Pick<SimulatedPortal, 'crm' | 'outbound' | 'installAt' | 'uninstallFrom'>;

/** Kept by a seed that does not mention them: they belong to the application, not to the CRM. */
const REGISTRATIONS = ['robots', 'subscriptions', 'outboundWebhooks', 'secret', 'app'];

function buildBackend(portal: BackendContext, options: SimulatedPortalOptions): SimulatedBackend {
  let { crm, outbound, context, methods } = loadCrm(portal, options.seed, options.methods);

  const installAt: SimulatedBackend['installAt'] = (url, userId = 1) => {
    portal.install();
    crm.app.installed = true;
    return outbound.sendInstall(url, userId);
  };
  const uninstallFrom: SimulatedBackend['uninstallFrom'] = (url) => {
    outbound.uninstall(url);
    portal.uninstall();
  };

  return {
    get methods() {
      return methods;
    },
    isAdmin: (userId) => crm.users.get(userId)?.isAdmin ?? false,
    state: () => dumpCrm(crm),
    seed(seed) {
      const kept = Object.entries(dumpCrm(crm)).filter(([part]) => REGISTRATIONS.includes(part));
      const loaded = loadCrm(portal, { ...Object.fromEntries(kept), ...Object(seed) }, options.methods);
      outbound.queue.drop();
      ({ crm, outbound, context, methods } = loaded);
    },
    async act(what) {
      const action = Object(what);
      if (action.do === 'install') return { status: await installAt(String(action.url), action.userId) };
      if (action.do === 'uninstall') return uninstallFrom(action.url ?? null);
      return act(crm, context, what, outbound);
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

type LoadedCrm = { crm: Crm; outbound: Outbound; context: MethodContext; methods: Methods };

function loadCrm(
  { clock, settings, applied, outboundAuth }: BackendContext,
  seed: unknown,
  more: Methods = {},
): LoadedCrm {
  const crm = createCrm(seed, clock);
  const outbound = createOutbound(crm, outboundAuth);
  const context: MethodContext = {
    clock,
    applied,
    emit: (event, data, userId) => outbound.emit(event, data, userId),
    writeWindowMs: () => settings.writeWindowMs,
  };
  return { crm, outbound, context, methods: portalMethods(crm, context, more) };
}
