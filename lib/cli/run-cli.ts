import { CommanderError } from 'commander';
import { type Clock, systemClock } from '../clock.ts';
import { buildProgram } from './build-program.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { OpenedStack, StackChoice } from './open-stack.ts';
import { jsonOut, type OutStreams, textOut } from './out.ts';

/** The world of the command line. */
export type CliWorld = OutStreams & {
  readonly openStack: <T>(choice: StackChoice, use: (stack: OpenedStack) => Promise<T>) => Promise<T>;
  readonly read: (source: string) => Promise<string>;
  readonly user: string;
  readonly randomId: () => string;
  readonly clock?: Clock;
};

/** Runs one command; resolves to what the process ends with. Only results go to the standard output. */
export async function runCli(argv: readonly string[], world: CliWorld): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const stderr = (text: string) => world.stderr(withoutWebhooks(text));
  const { clock = systemClock, read, user, randomId } = world;

  const program = buildProgram(async ({ json, ...choice }, perform) => {
    const out = json === true ? jsonOut({ ...world, stderr }) : textOut({ ...world, stderr });
    code = await world.openStack(choice, (stack) => perform({ ...stack, clock, randomId, user, read }, out));
  });
  program.configureOutput({ writeOut: world.stdout, writeErr: stderr });
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    command.copyInheritedSettings(program).exitOverride();
  }

  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    stderr(`error: ${error instanceof Error ? error.message : 'unknown'}\n`);
    return EXIT.notDone;
  }
}

/** What was typed can be part of an error; the path of a webhook is a secret (B§1.1). */
const withoutWebhooks = (text: string): string => text.replace(/(\/rest\/\d+)\/[\w-]+/g, '$1/…');
