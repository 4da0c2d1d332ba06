import type { Terminal } from './terminal.ts';

/** Ctrl-C pressed while something is running. */
export type Interrupts = {
  /** How often it was pressed so far. */
  readonly count: () => number;
  /** Resolves when it is pressed next. */
  readonly next: () => Promise<void>;
  /** Ctrl-C ends the process again. */
  readonly release: () => void;
};

export function listenForInterrupts({ onInterrupt }: Terminal): Interrupts {
  let count = 0;
  let next = Promise.withResolvers<void>();
  const release = onInterrupt(() => {
    count += 1;
    next.resolve();
    next = Promise.withResolvers<void>();
  });
  return { count: () => count, next: () => next.promise, release };
}
