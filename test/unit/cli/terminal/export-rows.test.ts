import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { csvCell, exportFile, exportProblem, exportRows } from '../../../../lib/cli/terminal/export-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'unbind-export-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Row = { readonly id: number; readonly note: string | null };
const FIELDS = ['id', 'note'] as const;

async function* rows(...all: Row[]): AsyncGenerator<Row> {
  yield* all;
}

async function* broken(): AsyncGenerator<Row> {
  yield { id: 1, note: null };
  throw new Error('the table is gone');
}

test('CSV has a head, one line per row, and quotes where they are needed', async () => {
  const path = join(folder, 'rows.csv');

  const exported = await exportRows(
    { path, format: 'csv' },
    FIELDS,
    rows({ id: 1, note: 'a, "b"' }, { id: 2, note: null }),
  );

  expect(exported).toEqual({ kind: 'written', count: 2 });
  expect(readFileSync(path, 'utf8')).toBe('id,note\r\n1,"a, ""b"""\r\n2,\r\n');
});

test('JSON Lines have one object per row, with its named fields only', async () => {
  const path = join(folder, 'rows.jsonl');

  await exportRows({ path, format: 'jsonl' }, ['id'], rows({ id: 1, note: 'x' }));

  expect(readFileSync(path, 'utf8')).toBe('{"id":1}\n');
});

test('a file is there only when it is whole', async () => {
  const path = join(folder, 'broken.csv');

  await expect(exportRows({ path, format: 'csv' }, FIELDS, broken())).rejects.toThrow('the table is gone');

  expect(existsSync(path)).toBe(false);
  expect(readdirSync(folder).filter((name) => name.includes('broken'))).toEqual([]);
});

test.each([
  ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ['+1', "'+1"],
  ['@x', "'@x"],
  ['-rule', "'-rule"],
  ['plain', 'plain'],
])('a spreadsheet does not take %s for a formula', (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});

test.each([
  ['a.csv', 'csv'],
  ['b/c.JSONL', 'jsonl'],
  ['d.ndjson', 'jsonl'],
])('%s is written as %s', (path, format) => {
  expect(exportFile(path)).toEqual({ path, format });
});

test('any other ending is refused', () => {
  expect(exportFile('plan.xlsx')).toBeNull();
});

test('a place where nothing can be written is known before anything is read', async () => {
  const nowhere = join(folder, 'none', 'rows.csv');
  mkdirSync(join(folder, 'taken.csv'));

  expect(exportProblem(join(folder, 'new.csv'))).toBeNull();
  expect(exportProblem(nowhere)).toBe(`There is no folder ${join(folder, 'none')}.`);
  expect(exportProblem(join(folder, 'taken.csv'))).toBe('This is a folder.');
});

test('a folder that has gone meanwhile is told in words, without the name of the part', async () => {
  const path = join(folder, 'none', 'rows.csv');

  const exported = await exportRows({ path, format: 'csv' }, FIELDS, rows());

  expect(exported).toEqual({
    kind: 'problem',
    problem: `${path} cannot be written. There is no folder ${join(folder, 'none')}.`,
  });
});
