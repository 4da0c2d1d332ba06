/** Commands that one batch may hold (B§3). */
export const MOST_BATCH_COMMANDS = 50;

/** Bindings that one activity may have: Bitrix24 drops any more without a word (B§2.1). */
export const MOST_BINDINGS = 100;

/** The portal cuts a request off after 60 s, ms (B§8.3). */
export const REQUEST_CUT_OFF_MS = 60_000;
