import { writeFile } from 'node:fs/promises';
import { recordedFiles } from './recorded-files.ts';

/** Renews the recordings in `events/`. */
const folder = new URL('../../../events/', import.meta.url);

for (const [name, content] of recordedFiles()) await writeFile(new URL(name, folder), content);
