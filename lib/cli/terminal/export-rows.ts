import { accessSync, constants, statSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type ExportFile = { readonly path: string; readonly format: 'csv' | 'jsonl' };

type Cell = string | number | null;

/** The format is told by the file extension; null for any other. */
export function exportFile(path: string): ExportFile | null {
  const [, extension] = /\.(csv|jsonl|ndjson)$/i.exec(path) ?? [];
  if (extension === undefined) return null;
  return { path, format: extension.toLowerCase() === 'csv' ? 'csv' : 'jsonl' };
}

/** Why the file cannot be written; null: it can, as far as can be told beforehand. */
export function exportProblem(path: string): string | null {
  const folder = dirname(resolve(path));
  if (!isFolder(folder)) return `There is no folder ${folder}.`;
  if (isFolder(path)) return 'This is a folder.';
  try {
    accessSync(folder, constants.W_OK);
    return null;
  } catch {
    return `The folder ${folder} is not writable.`;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

export type Exported =
  | { readonly kind: 'written'; readonly count: number }
  /** The file cannot be written. */
  | { readonly kind: 'problem'; readonly problem: string };

/** Writes all rows, and only then gives the file its name: a file of that name is always complete. */
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
  const file = await openForWriting(part);
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

const openForWriting = (path: string): Promise<FileHandle | null> => open(path, 'w').catch(() => null);

/** RFC 4180. A text that a spreadsheet would take for a formula is defused: it may come from the portal. */
export function csvCell(value: Cell): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
