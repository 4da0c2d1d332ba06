/** `1 binding`, `1,234 bindings`, `2 activities` */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${grouped(count)} ${count === 1 ? noun : plural}`;

/** `1,234,567` */
export const grouped = (count: number): string => count.toLocaleString('en-US');

/** `3 unbound, 1 already_unbound`; `nothing` if there are none. */
export function countsText(counts: { readonly [status: string]: number | undefined }): string {
  const parts = Object.entries(counts).flatMap(([status, count]) =>
    count === undefined || count === 0 ? [] : [`${grouped(count)} ${status}`],
  );
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** `43%`; 100% only when everything is done. */
export const percentText = (share: number): string => `${Math.floor(share * 100)}%`;

/** `2026-03-01 12:00:00`, UTC. */
export const timeText = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
