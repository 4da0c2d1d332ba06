import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasField } from './has-field.ts';

/**
 * Replaces a file so that a crash at any moment leaves either the old or the new content, and the new one stays once
 * this returns. Synchronous on purpose: nothing else of this process can see a half-made change. Readable by the owner only.
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

/** The parsed content, or undefined when there is no such file. */
export function readIfThere(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (hasField(error, 'code', 'ENOENT')) return undefined;
    throw error;
  }
}

/** The rename itself is durable only when the folder is. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
