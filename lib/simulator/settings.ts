/** How the portal behaves; every field can be changed while it runs. */
export type Settings = {
  /** Which HTTP statuses to use where the documentation and the server's source differ (B§10 #4). */
  statuses: 'docs' | 'source';
  /** An error code of B§8.4 that every call is answered with instead of being authorized. */
  authError: string | null;
  /** The answer to an access token that was never issued; both occur (B§8.4). */
  unknownToken: 'invalid_token' | 'NO_AUTH_FOUND';
  /** Users who can no longer log in: `authorization_error`. */
  dismissedUsers: number[];
  /** Users who may not use the application: `user_access_error`. */
  usersWithoutAccess: number[];
  /** What inbound webhooks may use (B§7.2). */
  webhookScope: string[];
  /** The portal was renamed: its old address redirects here with 302 (B§1.5). Base URL without a trailing slash. */
  movedTo: string | null;
  /** Leaky bucket (B§8.1): 2/s and 50, or 5/s and 250 on Enterprise. null: no limit. */
  rateLimit: { drainPerSecond: number; threshold: number } | null;
  /** Seconds that a call of the method claims to have taken (B§8.2); `*` for all others. */
  operatingSecondsPerCall: { [method: string]: number };
  /** Seconds within ten minutes above which a method is blocked (B§8.2), e.g. 480. null: no limit. */
  operatingLimitSeconds: number | null;
  /** Newer server source blocks a method that is over the limit for a fixed time (300 s). 0: as documented. */
  operatingBanSeconds: number;
  /** A request whose calls took longer is cut off with a 504 (B§8.3). null: never. */
  cutOffSeconds: number | null;
  /** The shape of `time` in a success (B§1.2). */
  time: { operating: boolean; resetAt: 'unix' | 'iso' | 'absent'; wholeSeconds: boolean };
  /** More keys in every error answer (B§1.3). */
  errorExtras: { [key: string]: unknown };
  /** Gap between DELETE and INSERT of a binding write, ms (B§2.1). */
  writeWindowMs: number;
};

export const defaultSettings = (): Settings => ({
  statuses: 'docs',
  authError: null,
  unknownToken: 'invalid_token',
  dismissedUsers: [],
  usersWithoutAccess: [],
  webhookScope: ['crm', 'bizproc', 'placement'],
  movedTo: null,
  rateLimit: null,
  operatingSecondsPerCall: { '*': 0.02 },
  operatingLimitSeconds: null,
  operatingBanSeconds: 0,
  cutOffSeconds: null,
  time: { operating: true, resetAt: 'unix', wholeSeconds: false },
  errorExtras: {},
  writeWindowMs: 0,
});
