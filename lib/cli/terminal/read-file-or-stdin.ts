import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';

/** The text of a file, or of the standard input for `-`. */
export const readSource = async (source: string): Promise<string> =>
  textOf(source === '-' ? await buffer(process.stdin) : await readFile(source).catch(refuse));

/** Windows begins its texts with a mark of their encoding, and its shell writes UTF-16. The mark is no part of the text. */
export const textOf = (bytes: Uint8Array): string =>
  new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);

/** Node names the file in its message, and somebody may have passed a secret in the place of its name. */
function refuse(error: unknown): never {
  const code = typeof error === 'object' && error !== null ? String(Reflect.get(error, 'code')) : 'unknown';
  throw new Error(`The file cannot be read (${code}). Pass the path of a file, or - for the standard input`);
}
