// How much an installation may cost, and how long one is waited for: the numbers of this room, and of uninstallations.

// ── Installations that come in ───────────────────────────────────────────────────────────────────────────────────────────

/**
 * Installations that one sandbox proves at the OAuth server. They are rare: so many are an administrator who tries again
 * and again, or a stranger.
 */
export const INSTALL_PROOFS = { burst: 50, everyMs: 1000 };
/** How far ahead of ours a portal's clock may be. A time further ahead is ignored. */
export const PORTAL_CLOCK_AHEAD_MS = 86_400_000;
/** Tries to store a proven grant. Other writers may get in between a few times, but not for ever. */
export const MOST_WRITES_OF_GRANT = 5;

// ── Pending grants (D§4) ─────────────────────────────────────────────────────────────────────────────────────────────────

/** Pending grants of all portals together, and how long one is kept: anybody who knows the address can send some. */
export const MOST_PENDING_GRANTS = 20;
export const PENDING_GRANT_MS = 7 * 86_400_000;

// ── Uninstallations that come in ─────────────────────────────────────────────────────────────────────────────────────────

/** How late the event of an uninstallation may arrive: far longer than any queue of Bitrix24 keeps one. */
export const LATEST_UNINSTALL_MS = 7 * 86_400_000;
