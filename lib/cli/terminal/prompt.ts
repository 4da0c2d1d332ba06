import { createInterface } from 'node:readline/promises';

/** One line of an answer. Empty as well when the input ends (Ctrl-D) or the person breaks off (Ctrl-C). */
export async function prompt(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  question: string,
): Promise<string> {
  const lines = createInterface({ input, output });
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  lines.once('SIGINT', () => lines.close());
  try {
    // A question that is still open when the lines are closed is rejected; `closed` has answered by then.
    return await Promise.race([lines.question(question).catch(() => ''), closed]);
  } finally {
    lines.close();
  }
}
