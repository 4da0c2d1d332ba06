const OFFSET_MS = 3 * 3_600_000;

/** ISO 8601 in the portal's own time zone, never UTC: `2026-08-20T12:52:22+03:00` (B§2.2). */
export const portalTime = (ms: number): string => `${new Date(ms + OFFSET_MS).toISOString().slice(0, 19)}+03:00`;

/** Milliseconds; a time without a zone is in the portal's. NaN: not a time. */
export function timeOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  const text = /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00` : value.replace(' ', 'T');
  return Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}+03:00`);
}
