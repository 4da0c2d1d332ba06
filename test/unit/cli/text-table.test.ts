import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import { type Column, textTable } from '../../../lib/cli/text-table.ts';

type Row = { readonly id: number; readonly note: string };

const COLUMNS: readonly Column<Row>[] = [
  { title: 'ID', text: ({ id }) => String(id), align: 'right' },
  { title: 'NOTE', text: ({ note }) => note, shrinks: true },
];

test('puts rows under their titles, numbers to the right, without blanks at the ends of lines', () => {
  const table = textTable(
    [
      { id: 7, note: 'short' },
      { id: 1234, note: '' },
    ],
    COLUMNS,
    80,
  );

  expect(table.split('\n')).toEqual(['  ID  NOTE', '   7  short', '1234']);
});

test('cuts what may be cut until the table fits', () => {
  const table = textTable([{ id: 1234, note: 'much too long for this terminal' }], COLUMNS, 20);

  expect(table.split('\n')[1]).toBe('1234  much too long…');
});

test('cuts nothing when the output is no terminal', () => {
  const note = 'x'.repeat(500);

  expect(textTable([{ id: 1, note }], COLUMNS, Number.POSITIVE_INFINITY)).toContain(note);
});

test('paints finished cells, so that colours do not move the columns', () => {
  const painted = COLUMNS.map((column) => ({ ...column, paint: (text: string) => `\u001b[31m${text}\u001b[39m` }));
  const bare = textTable(
    [
      { id: 7, note: 'a' },
      { id: 1234, note: 'b' },
    ],
    COLUMNS,
    80,
  );

  const table = textTable(
    [
      { id: 7, note: 'a' },
      { id: 1234, note: 'b' },
    ],
    painted,
    80,
  );

  expect(table).toContain('\u001b[31m');
  const bareLines = stripVTControlCharacters(table)
    .split('\n')
    .map((line) => line.trimEnd());
  expect(bareLines).toEqual(bare.split('\n'));
});
