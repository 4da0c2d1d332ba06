/** `1 binding`, `1,234 bindings` */
export const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

/** `1,234,567` */
export const grouped = (count: number): string => count.toLocaleString('en-US');

/** `3 unbound, 1 already_unbound`; nothing at all: `nothing`. */
export function countsText(counts: { readonly [status: string]: number | undefined }): string {
  const parts = Object.entries(counts).flatMap(([status, count]) =>
    count === undefined || count === 0 ? [] : [`${grouped(count)} ${status}`],
  );
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** UTC, to the second. */
export const timeText = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
