/** Flat on purpose: nothing that holds a request, an error or a grant can be logged as a whole (D§5). */
export type LogFields = { readonly [name: string]: string | number | boolean | null } & OwnFields;

/** What the log itself writes: a field of the same name would take its place. */
type OwnFields = { readonly level?: never; readonly event?: never; readonly timestamp?: never };

export type Log = {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  /** Something a person must look at; the deployed stack raises an alarm on `alarm: true`. */
  error(event: string, fields?: LogFields): void;
};

/** One JSON object per line, with the time. `write` gets each line without its end. */
export function jsonLinesLog(write: (line: string) => void, now: () => number): Log {
  const at =
    (level: string) =>
    (event: string, fields: LogFields = {}) => {
      write(JSON.stringify({ level, event, ...fields, timestamp: new Date(now()).toISOString() }));
    };
  return { info: at('INFO'), warn: at('WARN'), error: at('ERROR') };
}

/** The class and nothing else of an exception: messages of foreign errors may hold a request. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
