import type { RatePlan } from '../../../lib/bitrix24/limits.ts';
import type { PortalLock, PortalState, PortalStore, ServingEnd, Stop } from '../../../lib/portal/portal-store.ts';
import { NOW, PORTAL } from './samples.ts';

type Row = PortalState & { readonly lock?: PortalLock };

const FRESH: PortalState = {
  portal: PORTAL,
  addedAt: NOW,
  paused: false,
  stop: null,
  budget: null,
  plan: 'standard',
  epoch: 0,
  begun: 0,
  idleTurns: 0,
  lockedUntil: null,
  wokenAt: null,
  nextWakeAt: null,
  restsUntil: null,
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
    if (restarts !== undefined && restarts !== before) return false;
    const { trouble: _, stoppedMethods: __, ...row } = this.row(portal);
    this.rows.set(portal, stop === null ? { ...row, stop, restarts: before + 1 } : { ...this.row(portal), stop });
    return true;
  }

  async setTrouble(portal: string, now: Pick<PortalState, 'trouble' | 'stoppedMethods'>, restarts?: number) {
    if (restarts !== undefined && restarts !== (this.row(portal).restarts ?? 0)) return;
    const { trouble: _, stoppedMethods: __, ...row } = this.row(portal);
    this.rows.set(portal, { ...row, ...now });
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

  async markWakePending(portal: string, now: number) {
    const { wokenAt, restsUntil } = this.row(portal);
    if (wokenAt === null) this.set({ wokenAt: now }, portal);
    return { first: wokenAt === null, restsUntil };
  }

  async clearWakePending(portal: string): Promise<void> {
    this.set({ wokenAt: null, restsUntil: null }, portal);
  }

  async beginServing(portal: string, lock: PortalLock, now: number): Promise<PortalState | null> {
    const row = this.rows.get(portal);
    if (row === undefined || (row.lock?.until ?? 0) > now) return null;
    const { epoch, begun } = row;
    this.set({ wokenAt: null, lock, lockedUntil: lock.until, epoch: epoch + 1, begun: begun + 1 }, portal);
    return this.row(portal);
  }

  async continueServing(portal: string, lock: PortalLock): Promise<PortalState | null> {
    if (!this.#isHeldBy(lock.owner, portal)) return null;
    this.set({ wokenAt: null, lock, lockedUntil: lock.until }, portal);
    return this.row(portal);
  }

  async keepServing(portal: string, lock: PortalLock): Promise<boolean> {
    this.renewals.push(lock);
    if (!this.#isHeldBy(lock.owner, portal)) return false;
    this.set({ lock, lockedUntil: lock.until }, portal);
    return true;
  }

  async releaseLock(portal: string): Promise<void> {
    const { lock: _, ...row } = this.row(portal);
    this.rows.set(portal, { ...row, lockedUntil: null });
  }

  async endServing(portal: string, owner: string, end: ServingEnd): Promise<boolean> {
    if (!this.#isHeldBy(owner, portal) || this.row(portal).wokenAt !== null) return false;
    await this.releaseLock(portal);
    this.set(end, portal);
    return true;
  }

  async abandonServing(portal: string, owner: string): Promise<void> {
    if (this.#isHeldBy(owner, portal)) await this.releaseLock(portal);
  }

  async deferWakeUp(portal: string, nextWakeAt: number, now: number): Promise<PortalState | null> {
    const row = this.row(portal);
    if (row.nextWakeAt !== nextWakeAt) return null;
    this.set({ wokenAt: row.wokenAt ?? now, nextWakeAt: null }, portal);
    return this.row(portal);
  }

  #isHeldBy(owner: string, portal: string): boolean {
    return this.rows.get(portal)?.lock?.owner === owner;
  }

  async readRules(): Promise<string | null> {
    return null;
  }

  async writeRules(): Promise<void> {
    throw new Error('a worker writes no rules');
  }
}
