import type { AppCredentials, Grant } from './grant.ts';

/** What is stored in place of a grant that somebody has edited by hand, and broken. It can be replaced like any other. */
export type UnreadableGrant = {
  readonly kind: 'unreadable';
  readonly memberId: string;
  readonly applicationToken: null;
  /** Which field is wrong; never its value. */
  readonly problem: string;
};

/** A grant, and the version of its secret: a write says which version it replaces. */
export type StoredGrant = { readonly grant: Grant | UnreadableGrant; readonly version: string };

/** null: there is none, or none that can be read. */
export const readableGrant = (stored: StoredGrant | null): Grant | null =>
  stored === null || stored.grant.kind === 'unreadable' ? null : stored.grant;

/** Port: where grants are kept. Implemented over AWS Secrets Manager. */
export interface GrantStore {
  /** Always reads the store; see `GrantCache` for remembering. null: no such portal. */
  read(memberId: string): Promise<StoredGrant | null>;

  /**
   * Stores a grant in place of the version `replaces` (null: there was none). A version has exactly one successor:
   * the second writer that names the same one gets `superseded`, has stored nothing, and must read again.
   */
  write(grant: Grant, replaces: string | null): Promise<StoredGrant | 'superseded'>;

  /** Deletes with the store's recovery window. A later `write` with `replaces: null` restores. A missing grant is fine. */
  remove(memberId: string): Promise<void>;

  /** Takes a removal back within the recovery window. A grant that is missing, or was not removed, is fine. */
  restore(memberId: string): Promise<void>;

  readApp(): Promise<AppCredentials | null>;
  writeApp(credentials: AppCredentials): Promise<void>;
}
