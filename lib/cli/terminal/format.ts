/** `1 binding`, `1,234 bindings`, `2 activities` */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${grouped(count)} ${count === 1 ? noun : plural}`;

/** `1,234,567` */
export const grouped = (count: number): string => count.toLocaleString('en-US');

/** `3 unbound, 1 already_unbound`; nothing at all: `nothing`. */
export function countsText(counts: { readonly [status: string]: number | undefined }): string {
  const parts = Object.entries(counts).flatMap(([status, count]) =>
    count === undefined || count === 0 ? [] : [`${grouped(count)} ${status}`],
  );
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** `43%`; less than everything is less than 100%. */
export const percentText = (share: number): string => `${Math.floor(share * 100)}%`;

/** UTC, to the second. */
export const timeText = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
