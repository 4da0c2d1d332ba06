import { mkdir, writeFile } from 'node:fs/promises';
import { recordedFiles } from './recorded-files.ts';

/** Renews the recordings in `events/`. */
const folder = new URL('../../../events/', import.meta.url);

await mkdir(new URL('hostile/', folder), { recursive: true });
for (const [name, content] of recordedFiles()) await writeFile(new URL(name, folder), content);
