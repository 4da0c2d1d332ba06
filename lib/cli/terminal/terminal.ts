/** The person at the other end, if there is one. */
export type Terminal = {
  /** Asks a question and returns the answer; null: not interactive. */
  readonly ask: ((question: string) => Promise<string>) | null;
  /** Where progress is drawn; null: nowhere. */
  readonly progress: NodeJS.WritableStream | null;
  /** Calls the listener at each Ctrl-C, which then does not end the process, until the returned function is called. */
  readonly onInterrupt: (listener: () => void) => () => void;
};

/** Scripts and tests: no questions, no progress, no interrupts. */
export const NO_TERMINAL: Terminal = { ask: null, progress: null, onInterrupt: () => () => undefined };
