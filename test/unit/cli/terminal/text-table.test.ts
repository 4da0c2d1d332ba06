import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { type Column, textTable } from '../../../../lib/cli/terminal/text-table.ts';

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

describe('what explains', () => {
  type Told = { readonly name: string; readonly why: string; readonly advice: string };
  const TOLD: readonly Column<Told>[] = [
    { title: 'NAME', text: ({ name }) => name },
    { title: 'WHY', text: ({ why }) => why, explains: 'why' },
    { title: 'WHAT TO DO', text: ({ advice }) => advice, explains: true },
  ];
  const WHY = 'this is the only binding of the activity, and Bitrix24 keeps the last one';
  const ADVICE = 'bind the activity to another element first, or delete it in the portal';
  const ROW = { name: 'LAST_BINDING_CANNOT_BE_DELETED', why: WHY, advice: ADVICE };
  const words = (text: string): string => text.replace(/\s+/g, ' ');

  test.each([200, 160, 120, 80, 60, 40])('is never cut, and lines keep to %i characters', (width) => {
    const table = textTable([ROW, { ...ROW, name: 'X' }], TOLD, width);

    expect(Math.max(...table.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(width);
    expect(table).not.toContain('…');
    if (width <= 80) expect(words(table)).toContain(`why: ${WHY} ${ADVICE}`);
  });

  test('is wrapped beside the others as long as it can be read there', () => {
    const columns = TOLD.slice(0, 2);

    expect(textTable([{ ...ROW, name: 'X' }], columns, 60).split('\n')).toEqual([
      'NAME  WHY',
      'X     this is the only binding of the activity, and Bitrix24',
      '      keeps the last one',
    ]);
  });

  test('goes below before anything else is cut for it', () => {
    const columns = [{ title: 'NAME', text: ({ name }: Told) => name, shrinks: true }, ...TOLD.slice(1, 2)];

    expect(textTable([ROW], columns, 50).split('\n')).toEqual([
      'NAME',
      'LAST_BINDING_CANNOT_BE_DELETED',
      '  why: this is the only binding of the activity,',
      '  and Bitrix24 keeps the last one',
    ]);
  });

  test('stands below its row where there is no room beside it; what is empty takes no line', () => {
    const table = textTable([ROW, { name: 'X', why: '', advice: 'wait' }], TOLD, 60);

    expect(table.split('\n')).toEqual([
      'NAME',
      'LAST_BINDING_CANNOT_BE_DELETED',
      '  why: this is the only binding of the activity, and',
      '  Bitrix24 keeps the last one',
      '  bind the activity to another element first, or delete it',
      '  in the portal',
      'X',
      '  wait',
    ]);
  });
});

test('where rows do not fit side by side each is a block of lines', () => {
  type Run = { readonly run: string; readonly counts: string; readonly state: string };
  const columns: readonly Column<Run>[] = [
    { title: 'RUN', text: ({ run }) => run },
    { title: 'STATE', text: ({ state }) => state },
    { title: 'OUTCOMES', text: ({ counts }) => counts, shrinks: true },
  ];
  const run = 'apply:0123456789:1';

  const table = textTable(
    [
      { run, state: 'finished', counts: '12 unbound, 3 refused, 1 skipped' },
      { run, state: 'queued', counts: '' },
    ],
    columns,
    36,
  );

  expect(table.split('\n')).toEqual([
    'RUN       apply:0123456789:1',
    'STATE     finished',
    'OUTCOMES  12 unbound, 3 refused, 1',
    '          skipped',
    '',
    'RUN       apply:0123456789:1',
    'STATE     queued',
  ]);
});

test('nothing that a portal says breaks a line or moves the cursor', () => {
  expect(textTable([{ id: 1, note: 'a\nb\u001b[2Jc' }], COLUMNS, 80)).toBe('ID  NOTE\n 1  a b [2Jc');
});
