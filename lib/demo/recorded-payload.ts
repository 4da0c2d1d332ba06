import { readFile } from 'node:fs/promises';

/** The body of a recorded call of Bitrix24, `events/<name>.txt`. */
export const recordedPayload = async (name: string): Promise<string> =>
  (await readFile(new URL(`../../events/${name}.txt`, import.meta.url), 'utf8')).trimEnd();
