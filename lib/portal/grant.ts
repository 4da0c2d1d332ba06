/** The right to call a portal (D§4). Stored as one JSON value per portal; never logged, never part of a record. */
export type OauthGrant = {
  readonly kind: 'oauth';
  readonly memberId: string;
  /** Base of the portal's REST, ends with `/rest/`; taken from the OAuth server only (B§9). */
  readonly clientEndpoint: string;
  /** The OAuth server's REST base, `https://oauth.bitrix24.tech/rest/` or `https://oauth.bitrix.info/rest/` (B§4.2). */
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
  /** `https://{host}/rest/{userId}/{code}/`, a secret as a whole (B§1.1). */
  readonly url: string;
  /** The outbound webhook's token, when that webhook's events are wanted. */
  readonly applicationToken: string | null;
};

export type Grant = OauthGrant | WebhookGrant;

/** The application's own credentials, `<prefix>/app`. */
export type AppCredentials = { readonly clientId: string; readonly clientSecret: string };
