import { type Invocation, invocationOn } from './invocation.ts';
import { type Column, textTable } from './text-table.ts';

/** Where a command's results and remarks go. */
export type Out = {
  /** One result: its JSON with --json, otherwise the line. */
  record(object: object, line: string): void;
  /** Results of one kind: a JSON line each with --json, otherwise the rows of one table. */
  table<T extends object>(objects: readonly T[], columns: readonly Column<T>[]): void;
  /** Remarks for people: progress, problems, what to do next. Never on the standard output. */
  say(text: string): void;
  /** A command of this program as it is typed to work on the same stack, to be copied from a remark. */
  command(text: string): string;
  /** The command that starts the local stack on the same state. */
  readonly serveCommand: string;
  /** --json: the reader is a program, which wants everything, not just what fits on a screen. */
  readonly forPrograms: boolean;
};

export type OutStreams = {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Characters in a line of the terminal; Infinity when the output is not a terminal. */
  readonly width: number;
  /** Whether the terminal shows colours and the person wants them (NO_COLOR); absent: no. */
  readonly colours?: boolean;
};

export function textOut({ stdout, stderr, width, colours = false }: OutStreams, invocation = invocationOn({})): Out {
  return {
    record: (_, line) => stdout(`${line}\n`),
    table: (objects, columns) => {
      if (objects.length > 0) stdout(`${textTable(objects, colours ? columns : columns.map(plain), width)}\n`);
    },
    forPrograms: false,
    ...remarks(stderr, invocation),
  };
}

function plain<T>(column: Column<T>): Column<T> {
  const { paint: _, ...rest } = column;
  return rest;
}

/** The standard output holds JSON objects only, one per line (D§10). */
export function jsonOut({ stdout, stderr }: OutStreams, invocation = invocationOn({})): Out {
  const record = (object: object) => stdout(`${JSON.stringify(object)}\n`);
  return {
    record,
    table: (objects) => objects.forEach(record),
    forPrograms: true,
    ...remarks(stderr, invocation),
  };
}

const remarks = (stderr: OutStreams['stderr'], { cli, serve }: Invocation) => ({
  say: (text: string) => stderr(`${text}\n`),
  command: (text: string) => `${cli} ${text}`,
  serveCommand: serve,
});
