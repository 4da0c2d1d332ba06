import type { Terminal } from './terminal.ts';

/** The Ctrl-C of a person while something is under way. */
export type Interrupts = {
  /** How many there were so far. */
  readonly count: () => number;
  /** Resolves with the next one. */
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
