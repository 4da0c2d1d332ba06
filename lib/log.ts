/** Flat on purpose, so that nothing that may hold a request, an error or a grant can be logged as a whole (D§5). */
export type LogFields = { readonly [name: string]: string | number | boolean | null } & OwnFields;

/** Written by the log itself: a field of the same name would replace it. */
type OwnFields = { readonly level?: never; readonly event?: never; readonly timestamp?: never };

export type Log = {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  /** Something that a person must look at. The deployed stack raises an alarm on `alarm: true`. */
  error(event: string, fields?: LogFields): void;
};

/** A log of one JSON object per line, with the time. `write` gets each line without the line break. `now` in ms. */
export function jsonLinesLog(write: (line: string) => void, now: () => number): Log {
  const at =
    (level: string) =>
    (event: string, fields: LogFields = {}) => {
      write(JSON.stringify({ level, event, ...fields, timestamp: new Date(now()).toISOString() }));
    };
  return { info: at('INFO'), warn: at('WARN'), error: at('ERROR') };
}

/** The class of an exception and nothing else: the message of a foreign error may hold a request. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
