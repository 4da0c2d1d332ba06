/** The person at the other end, if there is one. */
export type Terminal = {
  /** Puts a question and returns the answer; null: nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | null;
  /** Where progress is drawn; null: nowhere. */
  readonly progress: NodeJS.WritableStream | null;
  /** Calls back at each Ctrl-C, which does not end the process, until the function that it returns is called. */
  readonly onInterrupt: (listener: () => void) => () => void;
};

/** Scripts and tests: nobody is asked, nothing is drawn, nobody interrupts. */
export const NO_TERMINAL: Terminal = { ask: null, progress: null, onInterrupt: () => () => undefined };
