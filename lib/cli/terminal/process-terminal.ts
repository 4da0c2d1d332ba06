import { prompt } from './prompt.ts';
import type { Terminal } from './terminal.ts';

type Stream<T> = T & { readonly isTTY?: boolean };

/** The part of a process that a terminal needs. */
export type TerminalProcess = {
  readonly stdin: Stream<NodeJS.ReadableStream>;
  readonly stderr: Stream<NodeJS.WritableStream>;
  on(signal: 'SIGINT', listener: () => void): unknown;
  off(signal: 'SIGINT', listener: () => void): unknown;
};

/** The terminal of a process. Questions and progress go to the standard error: the standard output is for results. */
export function processTerminal(owner: TerminalProcess = process): Terminal {
  const { stdin, stderr } = owner;
  return {
    ask: stdin.isTTY === true && stderr.isTTY === true ? (question) => prompt(stdin, stderr, question) : null,
    progress: stderr.isTTY === true ? stderr : null,
    onInterrupt(listener) {
      owner.on('SIGINT', listener);
      return () => void owner.off('SIGINT', listener);
    },
  };
}
