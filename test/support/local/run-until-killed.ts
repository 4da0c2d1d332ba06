import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A process of its own that runs the code as a module and prints a line when it is ready; ended by `kill -9`. */
export async function runUntilKilled(code: string): Promise<{ readonly line: string; kill(): Promise<void> }> {
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: `${import.meta.dirname}/../../..`,
  });
  const line = await firstLine(child);
  return {
    line,
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('The child has no output');
  for await (const line of createInterface({ input: stdout })) return line;
  throw new Error('The child ended without a word');
}
