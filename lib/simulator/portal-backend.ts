import type { Change, Methods } from './method.ts';
import type { PortalClock } from './portal-clock.ts';
import type { Settings } from './settings.ts';

/** What the portal's server hands requests to: the CRM's data and the REST methods. */
export type PortalBackend = {
  /** Read for every request, since a seed replaces them. */
  readonly methods: Methods;
  isAdmin(userId: number): boolean;
  /** The CRM as JSON. */
  state(): unknown;
  /** Replaces the CRM. */
  seed(seed: unknown): void;
  /** What a person, a robot or a workflow does in the portal (`POST /control/act`). */
  act(what: unknown): unknown;
  close(): Promise<void>;
};

/** What the server gives to the backend. */
export type BackendContext = {
  readonly memberId: string;
  /** The application that is installed on this portal. */
  readonly clientId: string;
  readonly clock: PortalClock;
  readonly settings: Settings;
  readonly applied: (change: Omit<Change, 'at'>) => void;
  /** The `auth` block of an outbound call (B§5.2). */
  readonly outboundAuth: (options: {
    readonly userId: number | null;
    readonly withRefresh: boolean;
  }) => Record<string, string>;
  /** Installs or removes the application at the OAuth server (B§7). */
  install(): void;
  uninstall(): void;
};
