import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** The TypeScript files in these folders, by their paths from the root of the repository. */
export const sourceFiles = (...folders: readonly string[]): string[] =>
  globSync(
    folders.map((folder) => `${folder}/**/*.ts`),
    { cwd: ROOT },
  ).sort();

export const readSource = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** What a file imports, types included, as it is written there. */
export const importsIn = (file: string): string[] =>
  [...readSource(file).matchAll(/(?:\bfrom|\bimport\(|^import)\s*'([^']+)'/gm)].map(([, name = '']) => name);

/** The files of the repository that a file imports. */
export const filesImportedBy = (file: string): string[] =>
  importsIn(file)
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(file), name)));

/** `lib/worker`, `functions`; `lib` for a file that stands in lib/ itself. */
export function roomOf(file: string): string {
  const [top = '', room = '', ...rest] = file.split('/');
  return top === 'lib' && rest.length > 0 ? `lib/${room}` : top;
}

/** The folder of a file inside its room: `request` in lib/worker/request/; null for a file of the room itself. */
export function folderInRoom(file: string): string | null {
  const [top, , folder = '', ...rest] = file.split('/');
  return top === 'lib' && rest.length > 0 ? folder : null;
}
