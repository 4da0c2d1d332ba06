// What the platform allows and promises: facts about Bitrix24, not choices of ours (those stand in the `policy.ts` files).

/** Commands that one batch may hold (B§3). */
export const MOST_BATCH_COMMANDS = 50;

/** Rows on one page of a list; a page that has fewer is the last one (B§2.2). */
export const PAGE_SIZE = 50;

/** Bindings that one activity may have. Bitrix24 drops any more without a word (B§2.1). */
export const MOST_BINDINGS = 100;

/** The portal cuts a request off after 60 s, ms (B§8.3). */
export const REQUEST_CUT_OFF_MS = 60_000;

/** The rate limit is a leaky bucket: requests drained per second, and the level at which requests are refused (B§8.1). */
export type Rate = { readonly drainPerSecond: number; readonly threshold: number };

/** By the portal's tariff (B§8.1). */
export const RATES = {
  standard: { drainPerSecond: 2, threshold: 50 },
  enterprise: { drainPerSecond: 5, threshold: 250 },
} as const satisfies { readonly [plan: string]: Rate };

/** The portal's tariff, as far as its rate goes. */
export type RatePlan = keyof typeof RATES;

/** The time that a method may run is summed up over ten one-minute buckets, ms (B§8.2). */
export const OPERATING_WINDOW_MS = 600_000;

/** How long to leave a method alone, at least, when no answer has told when its sum gets smaller, ms (B§8.2). */
export const OPERATING_BACK_OFF_MS = 60_000;

/** An access token lives an hour, ms (B§4.1). */
export const ACCESS_TOKEN_LIFE_MS = 3_600_000;

/** A refresh token lives 180 days; each refresh brings a new one (B§4.1). */
export const REFRESH_TOKEN_LIFE_DAYS = 180;
