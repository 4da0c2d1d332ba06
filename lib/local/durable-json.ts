import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Replaces a file so that a crash at any moment leaves either the old or the new content, and the new content is durable once
 * this returns. Synchronous on purpose: nothing else in this process can see a half-made change. Readable by the owner only.
 */
export function writeDurably(file: string, value: unknown): void {
  const draft = `${file}.new`;
  const descriptor = openSync(draft, 'w', 0o600);
  try {
    writeSync(descriptor, JSON.stringify(value));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, file);
  syncFolder(dirname(file));
}

/** The parsed content; undefined when there is no such file. */
export function readIfExists(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (hasField(error, 'code', 'ENOENT')) return undefined;
    throw error;
  }
}

/** Errors of Node are told apart by a field: inside a test's own realm `instanceof` does not recognise them. */
export const hasField = (error: unknown, name: string, value: unknown): boolean =>
  typeof error === 'object' && error !== null && Reflect.get(error, name) === value;

/** The rename itself is durable only once the folder is synced. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
