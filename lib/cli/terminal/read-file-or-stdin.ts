import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';

/** The text of a file, or of the standard input for `-`. */
export const readFileOrStdin = async (source: string): Promise<string> =>
  textOf(source === '-' ? await buffer(process.stdin) : await readFile(source).catch(refuse));

/** Windows editors start a text with a byte order mark, and its shell writes UTF-16. The mark is not part of the text. */
export const textOf = (bytes: Uint8Array): string =>
  new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);

/** Node's message contains the file name, and somebody may have passed a secret in its place. */
function refuse(error: unknown): never {
  const code = typeof error === 'object' && error !== null ? String(Reflect.get(error, 'code')) : 'unknown';
  throw new Error(`The file cannot be read (${code}). Pass the path of a file, or - for the standard input`);
}
