import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readIfExists, writeDurably } from '../../../lib/local/durable-json.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unbind-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a file is replaced as a whole, and readable by its owner only', () => {
  const file = join(folder, 'state.json');

  writeDurably(file, { a: 1 });
  writeDurably(file, { b: 2 });

  expect(readIfExists(file)).toEqual({ b: 2 });
  expect(readdirSync(folder)).toEqual(['state.json']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a file that does not exist is undefined; a damaged one is an error', () => {
  const damaged = join(folder, 'damaged.json');
  writeFileSync(damaged, '{');

  expect(readIfExists(join(folder, 'none.json'))).toBeUndefined();
  expect(() => readIfExists(damaged)).toThrow(SyntaxError);
});
