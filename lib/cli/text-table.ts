import Table from 'cli-table3';

export type Column<T> = {
  readonly title: string;
  readonly text: (row: T) => string;
  /** May be cut when the table is wider than the terminal. */
  readonly shrinks?: boolean;
  /** Numbers stand at the right. */
  readonly align?: 'left' | 'right';
  /** Changes the look of a finished cell, not its width. */
  readonly paint?: (text: string, row: T) => string;
};

const GAP = 2;
/** A column is not cut below this. */
const NARROWEST = 8;

/** No frame: rows can be read, selected and cut by columns. */
const PLAIN = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle'].flatMap((name) =>
    ['', '-mid', '-left', '-right'].map((end) => [`${name}${end}`, '']),
  ),
);

/** Rows under their titles, at most `width` characters wide as far as columns may be cut. */
export function textTable<T>(rows: readonly T[], columns: readonly Column<T>[], width: number): string {
  const cells = rows.map((row) => columns.map(({ text }) => text(row)));
  const widths = fitted(naturalWidths(cells, columns), columns, width);
  const table = new Table({
    head: columns.map(({ title }) => title),
    colWidths: widths.map((one) => one + GAP),
    colAligns: columns.map(({ align = 'left' }) => align),
    chars: PLAIN,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
  });
  for (const [index, row] of rows.entries()) {
    table.push(columns.map((column, at) => painted(column, row, cut(cells[index]?.[at] ?? '', widths[at] ?? 0))));
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const painted = <T>({ paint }: Column<T>, row: T, text: string): string => (paint ? paint(text, row) : text);

const cut = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text);

const naturalWidths = <T>(cells: readonly (readonly string[])[], columns: readonly Column<T>[]): number[] =>
  columns.map(({ title }, at) => Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)));

/** Takes from the widest column that may be cut, until the table fits or nothing more can be taken. */
function fitted<T>(natural: readonly number[], columns: readonly Column<T>[], width: number): number[] {
  const widths = [...natural];
  for (;;) {
    const excess = widths.reduce((sum, one) => sum + one + GAP, -GAP) - width;
    const widest = columns
      .map(({ shrinks = false }, at) => ({ at, width: shrinks ? (widths[at] ?? 0) : 0 }))
      .reduce((one, other) => (other.width > one.width ? other : one), { at: -1, width: NARROWEST });
    if (excess <= 0 || widest.at < 0) return widths;
    widths[widest.at] = widest.width - 1;
  }
}
