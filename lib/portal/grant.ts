/** The right to call a portal (D§4). Stored as one JSON value per portal; never logged, never part of a record. */
export type OauthGrant = {
  readonly kind: 'oauth';
  readonly memberId: string;
  /** Base URL of the portal's REST, ends with `/rest/`. Comes from the OAuth server only (B§9). */
  readonly clientEndpoint: string;
  /**
   * Base URL of the OAuth server's REST: `https://oauth.bitrix24.tech/rest/` or `https://oauth.bitrix.info/rest/` (B§4.2).
   */
  readonly serverEndpoint: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly applicationToken: string;
  readonly userId: number | null;
  readonly scope: readonly string[];
  /** When this pair was issued, ISO 8601; null when unknown. */
  readonly issuedAt: string | null;
};

export type WebhookGrant = {
  readonly kind: 'webhook';
  readonly memberId: string;
  /** `https://{host}/rest/{userId}/{code}/`; all of it is secret (B§1.1). */
  readonly url: string;
  /** The token of an outbound webhook, if events come from one. */
  readonly applicationToken: string | null;
};

export type Grant = OauthGrant | WebhookGrant;

/** The application's own credentials, stored as `<prefix>/app`. */
export type AppCredentials = { readonly clientId: string; readonly clientSecret: string };
