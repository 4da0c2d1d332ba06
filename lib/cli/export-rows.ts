import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type ExportFile = { readonly path: string; readonly format: 'csv' | 'jsonl' };

type Cell = string | number | null;

/** By its ending; null for any other. */
export function exportFile(path: string): ExportFile | null {
  const [, ending] = /\.(csv|jsonl|ndjson)$/i.exec(path) ?? [];
  if (ending === undefined) return null;
  return { path, format: ending.toLowerCase() === 'csv' ? 'csv' : 'jsonl' };
}

/** Writes all rows, and only then gives the file its name: a file that is there is whole. Returns how many they are. */
export async function exportRows<Field extends string>(
  { path, format }: ExportFile,
  fields: readonly Field[],
  rows: AsyncIterable<{ readonly [field in Field]: Cell }>,
): Promise<number> {
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    if (format === 'csv') yield `${fields.join(',')}\r\n`;
    for await (const row of rows) {
      count += 1;
      const cells = fields.map((field) => [field, row[field]] as const);
      yield format === 'csv'
        ? `${cells.map(([, value]) => csvCell(value)).join(',')}\r\n`
        : `${JSON.stringify(Object.fromEntries(cells))}\n`;
    }
  }
  const part = `${path}.part`;
  try {
    await pipeline(Readable.from(lines()), createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return count;
}

/** RFC 4180. A text that a spreadsheet would take for a formula is kept from being one: it may come from the portal. */
export function csvCell(value: Cell): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
