import Table from 'cli-table3';
import wrapAnsi from 'wrap-ansi';

export type Column<T> = {
  readonly title: string;
  readonly text: (row: T) => string;
  /** May be truncated when the table is wider than the terminal. */
  readonly shrinks?: boolean;
  /**
   * An explanation, which is never truncated. Where there is no room for it beside the other columns, it is printed below the
   * row, labelled with the text given here.
   */
  readonly explains?: true | string;
  /** Numbers are aligned to the right. */
  readonly align?: 'left' | 'right';
  /** Adds colour to a finished cell, which does not change its width. */
  readonly paint?: (text: string, row: T) => string;
};

type Line<T> = { readonly row: T; readonly cells: readonly string[] };

const GAP = 2;
/** A column is not truncated below this width. */
const NARROWEST = 8;
/** An explanation is not wrapped into a column narrower than this. */
const READABLE = 36;

/** No frame: rows are easy to read, to select and to process with other tools. */
const PLAIN = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle'].flatMap((name) =>
    ['', '-mid', '-left', '-right'].map((end) => [`${name}${end}`, '']),
  ),
);

/**
 * Rows under their titles, at most `width` characters wide. If that is too narrow, explanations are printed below the rows; if
 * it is still too narrow, each row becomes a block of lines.
 */
export function textTable<T>(rows: readonly T[], columns: readonly Column<T>[], width: number): string {
  const lines = rows.map((row) => ({ row, cells: columns.map(({ text }) => oneLine(text(row))) }));
  const explained = columns.some(({ explains }) => explains !== undefined);
  const uncut = columns.map((column) => ({ ...column, shrinks: false }));
  return (
    sideBySide(lines, explained ? uncut : columns, width) ??
    (explained ? withLinesBelow(lines, columns, width) : null) ??
    blocks(lines, columns, width)
  );
}

/** A cell is one line, whatever line breaks a text of the portal contains. */
const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');

/** null: there is not enough room. */
function sideBySide<T>(lines: readonly Line<T>[], columns: readonly Column<T>[], width: number): string | null {
  const widths = fitted(lines, columns, width);
  if (widths === null) return null;
  const table = new Table({
    head: columns.map(({ title }) => title),
    colWidths: widths.map((one) => one + GAP),
    colAligns: columns.map(({ align = 'left' }) => align),
    chars: PLAIN,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
  });
  for (const { row, cells } of lines) {
    table.push(columns.map((column, at) => painted(column, row, wrapped(column, cells[at] ?? '', widths[at] ?? 0))));
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Explanations are wrapped; the table itself truncates whatever else does not fit. */
const wrapped = <T>({ explains }: Column<T>, text: string, width: number): string =>
  explains === undefined ? text : wrapAnsi(text, width);

const painted = <T>({ paint }: Column<T>, row: T, text: string): string => (paint ? paint(text, row) : text);

/** Explanations below each row, everything else side by side. */
function withLinesBelow<T>(lines: readonly Line<T>[], columns: readonly Column<T>[], width: number): string | null {
  const upper = columns.flatMap(({ explains }, at) => (explains === undefined ? [at] : []));
  const pick = <S>(all: readonly S[]): S[] => upper.flatMap((at) => all[at] ?? []);
  const rows = lines.map(({ row, cells }) => ({ row, cells: pick(cells) }));
  const table = sideBySide(rows, pick(columns), width);
  if (table === null) return null;
  const [head = '', ...drawn] = table.split('\n');
  return [head, ...drawn.flatMap((line, index) => [line, ...explanations(lines[index], columns, width)])].join('\n');
}

function explanations<T>(line: Line<T> | undefined, columns: readonly Column<T>[], width: number): string[] {
  return columns.flatMap(({ explains }, at) => {
    const text = line?.cells[at] ?? '';
    if (explains === undefined || text === '') return [];
    return linesOf(explains === true ? text : `${explains}: ${text}`, width - GAP).map((part) => `  ${part}`);
  });
}

/** Each row as lines of title and text; empty ones are left out. */
function blocks<T>(lines: readonly Line<T>[], columns: readonly Column<T>[], width: number): string {
  const titled = columns.filter(({ explains }) => explains === undefined);
  const label = Math.max(...titled.map(({ title }) => title.length)) + GAP;
  const block = (line: Line<T>): string[] => [
    ...columns.flatMap((column, at) => {
      const text = line.cells[at] ?? '';
      if (column.explains !== undefined || text === '') return [];
      const [first = '', ...more] = linesOf(text, width - label);
      return [
        `${column.title.padEnd(label)}${painted(column, line.row, first)}`,
        ...more.map((part) => ' '.repeat(label) + part),
      ];
    }),
    ...explanations(line, columns, width),
  ];
  return lines.map((line) => block(line).join('\n')).join('\n\n');
}

/** Narrows the widest column that may shrink, until the table fits. null: it cannot be made to fit. */
function fitted<T>(lines: readonly Line<T>[], columns: readonly Column<T>[], width: number): number[] | null {
  const limits = columns.map((column, at) =>
    limitsOf(column, [column.title, ...lines.map(({ cells }) => cells[at] ?? '')]),
  );
  const widths = limits.map(({ most }) => most);
  for (;;) {
    const excess = widths.reduce((sum, one) => sum + one + GAP, -GAP) - width;
    if (excess <= 0) return widths;
    const widest = widths
      .map((one, at) => ({ at, width: one > (limits[at]?.least ?? 0) ? one : 0 }))
      .reduce((one, other) => (other.width > one.width ? other : one));
    if (widest.width === 0) return null;
    widths[widest.at] = widest.width - 1;
  }
}

function limitsOf<T>({ shrinks = false, explains }: Column<T>, texts: readonly string[]) {
  const most = longest(texts);
  if (explains === undefined) return { most, least: shrinks ? Math.min(most, NARROWEST) : most };
  return { most, least: Math.min(most, Math.max(READABLE, longest(texts.flatMap((text) => text.split(' '))))) };
}

/** Broken between words; a word that is longer than a line stays whole, to be copied. */
const linesOf = (text: string, width: number): string[] => wrapAnsi(text, width).split('\n');

const longest = (texts: readonly string[]): number => texts.reduce((most, { length }) => Math.max(most, length), 0);
