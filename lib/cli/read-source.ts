import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/** The text of a file, or of the standard input for `-`. */
export const readSource = async (source: string): Promise<string> =>
  source === '-' ? await text(process.stdin) : await readFile(source, 'utf8').catch(refuse);

/** Node names the file in its message, and somebody may have passed a secret in the place of its name. */
function refuse(error: unknown): never {
  const code = typeof error === 'object' && error !== null ? String(Reflect.get(error, 'code')) : 'unknown';
  throw new Error(`The file cannot be read (${code}). Pass the path of a file, or - for the standard input`);
}
