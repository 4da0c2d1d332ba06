import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/** The text of a file, or of the standard input for `-`. */
export const readSource = async (source: string): Promise<string> =>
  source === '-' ? await text(process.stdin) : await readFile(source, 'utf8');
