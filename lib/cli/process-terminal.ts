import { askOn } from './ask-on.ts';
import type { Terminal } from './terminal.ts';

/** The terminal of this process. Questions and progress go to the standard error: the standard output is for results. */
export function processTerminal(): Terminal {
  const { stdin, stderr } = process;
  return {
    ask: stdin.isTTY && stderr.isTTY ? (question) => askOn(stdin, stderr, question) : null,
    progress: stderr.isTTY ? stderr : null,
    onInterrupt(listener) {
      process.on('SIGINT', listener);
      return () => void process.off('SIGINT', listener);
    },
  };
}
