/** A batch holds at most 50 commands (B§3). */
export const MOST_BATCH_COMMANDS = 50;

/** The portal cuts a request off after 60 s, ms (B§8.3). */
export const REQUEST_CUT_OFF_MS = 60_000;
