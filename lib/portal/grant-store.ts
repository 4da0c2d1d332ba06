import type { AppCredentials, Grant } from './grant.ts';

/** `version` names one exact stored value; a write says which one it replaces. */
export type StoredGrant = { readonly grant: Grant; readonly version: string };

/** Port: where grants are kept. Implemented over AWS Secrets Manager. */
export interface GrantStore {
  /** Always asks the store; remembering is the caller's business. */
  read(memberId: string): Promise<StoredGrant | null>;

  /**
   * Stores a grant in place of the version `replaces` (null: there was none). A version has exactly one successor:
   * the second writer that names the same one gets `superseded`, has stored nothing, and must read again.
   */
  write(grant: Grant, replaces: string | null): Promise<StoredGrant | 'superseded'>;

  /** Deletes with the store's recovery window; a later `write` with `replaces: null` restores. Absent is fine. */
  remove(memberId: string): Promise<void>;

  /** Takes a removal back within the recovery window. One that is not there, or was not removed, is fine. */
  restore(memberId: string): Promise<void>;

  readApp(): Promise<AppCredentials | null>;
  writeApp(credentials: AppCredentials): Promise<void>;
}
