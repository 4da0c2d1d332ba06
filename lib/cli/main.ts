import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { openStack } from './open-stack.ts';
import { runCli } from './run-cli.ts';
import { processTerminal } from './terminal/process-terminal.ts';
import { readFileOrStdin } from './terminal/read-file-or-stdin.ts';

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  // Some terminals do not tell their size.
  width: process.stdout.isTTY && process.stdout.columns > 0 ? process.stdout.columns : Number.POSITIVE_INFINITY,
  colours: process.stdout.isTTY && process.stdout.hasColors(),
  openStack,
  read: readFileOrStdin,
  user: userName(),
  randomId: randomUUID,
  terminal: processTerminal(),
});

/** A container's user may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
