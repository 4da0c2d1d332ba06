import * as z from 'zod/mini';

/**
 * A grant as an installation brought it, before it is known whether it is ours (D§4, B§7.1). Holds tokens; never logged.
 * `clientId` and the portal are proven by the OAuth host when `clientId` is set; otherwise nothing is.
 */
export type PendingGrant = {
  readonly memberId: string;
  readonly applicationToken: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly serverEndpoint: string;
  readonly clientId: string | null;
  /** ms */
  readonly keptAt: number;
  /** When the portal built the event of the installation, as `PortalState.announcedAt`; null: not known. */
  readonly announcedAt: number | null;
};

const token = z.string().check(z.minLength(1), z.maxLength(4096));

const PendingGrantJson = z.object({
  memberId: z.string().check(z.regex(/^[\w.-]{1,64}$/)),
  applicationToken: token,
  accessToken: token,
  refreshToken: token,
  serverEndpoint: token,
  clientId: z.nullable(z.string()),
  keptAt: z.number(),
  announcedAt: z._default(z.nullable(z.number()), null), // what was kept by an earlier version has none
});

/** The secret's value; null when it is not readable, as nothing can be done with it then. */
export function parsePendingGrant(text: string): PendingGrant | null {
  try {
    const parsed = PendingGrantJson.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
