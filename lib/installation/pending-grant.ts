import * as z from 'zod/mini';
import { MEMBER_ID } from '../bitrix24/member-id.ts';
import { LONGEST_TOKEN } from '../bitrix24/policy.ts';

/**
 * A grant as an installation brought it, while it is not known whether it is ours (D§4, B§7.1). Holds tokens; never logged.
 * If `clientId` is set, the OAuth host has proven it and the portal; otherwise nothing is proven.
 */
export type PendingGrant = {
  readonly memberId: string;
  readonly applicationToken: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly serverEndpoint: string;
  readonly clientId: string | null;
  /** When it came, ms. */
  readonly keptAt: number;
  /** When the portal built the event of the installation, as in `PortalState.announcedAt`; null if not known. */
  readonly announcedAt: number | null;
};

/** What can be known of a pending grant without reading its tokens. */
export type PendingEntry = Pick<PendingGrant, 'memberId' | 'clientId' | 'keptAt'>;

/**
 * Port: where pending grants are kept (D§4), apart from the confirmed ones: nothing in here touches a grant, a job or the
 * row of a portal. Implemented over Secrets Manager, with a list in DynamoDB.
 */
export interface PendingGrantStore {
  /**
   * `full`: there is no room, or another grant of the same portal came first, and nothing was stored. The same grant again
   * is `kept`.
   */
  keep(pending: PendingGrant): Promise<'kept' | 'full'>;
  /** Those that are young enough at `now` (ms); the others are deleted. */
  list(now: number): Promise<readonly PendingEntry[]>;
  read(memberId: string): Promise<PendingGrant | null>;
  /** A missing grant is fine. */
  remove(memberId: string): Promise<void>;
}

const token = z.string().check(z.minLength(1), z.maxLength(LONGEST_TOKEN));

const PendingGrantJson = z.object({
  memberId: z.string().check(z.regex(MEMBER_ID)),
  applicationToken: token,
  accessToken: token,
  refreshToken: token,
  serverEndpoint: token,
  clientId: z.nullable(z.string()),
  keptAt: z.number(),
  announcedAt: z._default(z.nullable(z.number()), null), // missing from what an earlier version stored
});

/** Reads the value of a pending grant's secret; null if it cannot be read, as nothing can be done with it then. */
export function parsePendingGrant(text: string): PendingGrant | null {
  try {
    const parsed = PendingGrantJson.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
