import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recordedFiles } from './recorded-files.ts';

/** Rewrites the recordings in `events/`. */
const folder = new URL('../../../events/', import.meta.url);

for (const [name, content] of recordedFiles()) {
  const file = fileURLToPath(new URL(name, folder));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
