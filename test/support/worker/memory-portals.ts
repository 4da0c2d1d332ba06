import type { RatePlan } from '../../../lib/bitrix24/limits.ts';
import type { PortalLock, PortalState, PortalStore, Stop } from '../../../lib/portal/portal-store.ts';
import { NOW, PORTAL } from './samples.ts';

type Row = PortalState & { readonly lock?: PortalLock; readonly hiddenWakeUp?: string; readonly restsWhole?: boolean };

const FRESH: PortalState = {
  portal: PORTAL,
  addedAt: NOW,
  paused: false,
  stop: null,
  budget: null,
  plan: 'standard',
  begun: 0,
  wokenAt: null,
};

/** Rows of portals in memory, as far as a worker asks for them; one portal, `PORTAL`, is there from the start. */
export class MemoryPortals implements PortalStore {
  readonly rows = new Map<string, Row>([[PORTAL, FRESH]]);
  /** Every renewal of a lock, in order. */
  readonly renewals: PortalLock[] = [];

  set(changes: Partial<Row>, portal = PORTAL): void {
    this.rows.set(portal, { ...(this.rows.get(portal) ?? FRESH), portal, ...changes });
  }

  row(portal = PORTAL): Row {
    return this.rows.get(portal) ?? FRESH;
  }

  async read(portal: string): Promise<PortalState | null> {
    return this.rows.get(portal) ?? null;
  }

  async *list(): AsyncIterable<PortalState> {
    yield* this.rows.values();
  }

  async add(portal: string): Promise<void> {
    this.set({}, portal);
  }

  async remove(portal: string): Promise<void> {
    this.rows.delete(portal);
  }

  async setPaused(portal: string, paused: boolean): Promise<void> {
    this.set({ paused }, portal);
  }

  async setStop(portal: string, stop: Stop | null, restarts?: number): Promise<boolean> {
    const before = this.row(portal).restarts ?? 0;
    if (stop === null) this.set({ stop, restarts: before + 1 }, portal);
    else if (restarts !== undefined && restarts !== before) return false;
    else this.set({ stop }, portal);
    return true;
  }

  async setUninstalled(portal: string, at: number | null): Promise<void> {
    const { uninstalledAt: _, ...row } = this.row(portal);
    this.rows.set(portal, at === null ? row : { ...row, uninstalledAt: at });
  }

  async markRemoved(): Promise<boolean> {
    throw new Error('a worker removes no portals');
  }

  async noteAnnounced(): Promise<void> {
    throw new Error('a worker installs no portals');
  }

  async setPlan(portal: string, plan: RatePlan): Promise<void> {
    this.set({ plan }, portal);
  }

  async markWakePending(portal: string, now: number): Promise<{ readonly hiddenWakeUp: string | null } | null> {
    const { wokenAt, hiddenWakeUp, restsWhole = false } = this.row(portal);
    if (wokenAt !== null) return null;
    this.set({ wokenAt: now }, portal);
    return { hiddenWakeUp: restsWhole ? null : (hiddenWakeUp ?? null) };
  }

  async clearWakePending(portal: string): Promise<string | null> {
    const { hiddenWakeUp, ...row } = this.row(portal);
    this.rows.set(portal, { ...row, wokenAt: null });
    return hiddenWakeUp ?? null;
  }

  async beginServing(portal: string, lock: PortalLock, begun: number, now: number): Promise<boolean> {
    if ((this.row(portal).lock?.until ?? 0) > now) return false;
    const { hiddenWakeUp: _, ...row } = this.row(portal);
    this.rows.set(portal, { ...row, wokenAt: null, lock, begun });
    return true;
  }

  async keepServing(portal: string, lock: PortalLock): Promise<boolean> {
    this.renewals.push(lock);
    if (this.row(portal).lock?.owner !== lock.owner) return false;
    this.set({ lock }, portal);
    return true;
  }

  async releaseLock(portal: string): Promise<void> {
    const { lock: _, ...row } = this.row(portal);
    this.rows.set(portal, row);
  }

  async endServing(portal: string, owner: string, end: Pick<PortalState, 'budget' | 'begun'>): Promise<void> {
    if (this.row(portal).lock?.owner !== owner) return;
    await this.releaseLock(portal);
    this.set(end, portal);
  }

  async noteHiddenWakeUp(portal: string, hiddenWakeUp: string, restsWhole: boolean): Promise<boolean> {
    this.set({ hiddenWakeUp, restsWhole }, portal);
    return this.row(portal).wokenAt !== null;
  }

  async readRules(): Promise<string | null> {
    return null;
  }

  async writeRules(): Promise<void> {
    throw new Error('a worker writes no rules');
  }
}
