import { accessSync, constants, statSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
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

/** Why nothing can be written there; null: something can, as far as can be seen before. */
export function exportProblem(path: string): string | null {
  const folder = dirname(resolve(path));
  if (!isFolder(folder)) return `There is no folder ${folder}.`;
  if (isFolder(path)) return 'This is a folder.';
  try {
    accessSync(folder, constants.W_OK);
    return null;
  } catch {
    return `Nothing may be written into ${folder}.`;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

export type Exported =
  | { readonly kind: 'written'; readonly count: number }
  /** Nothing can be written there. */
  | { readonly kind: 'problem'; readonly problem: string };

/** Writes all rows, and only then gives the file its name: a file that is there is whole. */
export async function exportRows<Field extends string>(
  { path, format }: ExportFile,
  fields: readonly Field[],
  rows: AsyncIterable<{ readonly [field in Field]: Cell }>,
): Promise<Exported> {
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
  const file = await begun(part);
  if (file === null)
    return { kind: 'problem', problem: `${path} cannot be written. ${exportProblem(path) ?? ''}`.trim() };
  try {
    await pipeline(Readable.from(lines()), file.createWriteStream());
    await rename(part, path);
    return { kind: 'written', count };
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

const begun = (path: string): Promise<FileHandle | null> => open(path, 'w').catch(() => null);

/** RFC 4180. A text that a spreadsheet would take for a formula is kept from being one: it may come from the portal. */
export function csvCell(value: Cell): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
