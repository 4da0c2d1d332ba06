const DAY_SECONDS = 86_400;

/** The value of `expiresAt`, in seconds, for an item that is kept for some days from a time in ms on. */
export const expiresAt = (fromMs: number, days: number): number => Math.ceil(fromMs / 1000) + days * DAY_SECONDS;
