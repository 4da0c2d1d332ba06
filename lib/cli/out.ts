import { type Column, textTable } from './text-table.ts';

/** Where a command's results and remarks go. */
export type Out = {
  /** One result: its JSON with --json, otherwise the line. */
  record(object: object, line: string): void;
  /** Results of one kind: a JSON line each with --json, otherwise the rows of one table. */
  table<T extends object>(objects: readonly T[], columns: readonly Column<T>[]): void;
  /** Remarks for people: progress, problems, what to do next. Never on the standard output. */
  say(text: string): void;
};

export type OutStreams = {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Characters in a line of the terminal; Infinity when the output is no terminal. */
  readonly width: number;
};

export function textOut({ stdout, stderr, width }: OutStreams): Out {
  return {
    record: (_, line) => stdout(`${line}\n`),
    table: (objects, columns) => {
      if (objects.length > 0) stdout(`${textTable(objects, columns, width)}\n`);
    },
    say: (text) => stderr(`${text}\n`),
  };
}

/** The standard output holds JSON objects only, one per line (D§10). */
export function jsonOut({ stdout, stderr }: OutStreams): Out {
  const record = (object: object) => stdout(`${JSON.stringify(object)}\n`);
  return {
    record,
    table: (objects) => objects.forEach(record),
    say: (text) => stderr(`${text}\n`),
  };
}
