import { createInterface } from 'node:readline/promises';

/** Asks a question and returns one line; empty when the input ends (Ctrl-D) or the person cancels (Ctrl-C). */
export async function prompt(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  question: string,
): Promise<string> {
  const lines = createInterface({ input, output });
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  lines.once('SIGINT', () => lines.close());
  try {
    // Closing the interface rejects an open question; `closed` has won the race by then.
    return await Promise.race([lines.question(question).catch(() => ''), closed]);
  } finally {
    lines.close();
  }
}
