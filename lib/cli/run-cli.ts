import { CommanderError } from 'commander';
import { type Clock, systemClock } from '../clock.ts';
import { buildProgram } from './build-program.ts';
import type { GlobalOptions } from './global-options.ts';
import type { OpenedStack, StackChoice } from './open-stack.ts';
import { EXIT, type ExitCode } from './terminal/exit-code.ts';
import { invocationOn } from './terminal/invocation.ts';
import { jsonOut, type Out, type OutStreams, textOut } from './terminal/output.ts';
import type { Terminal } from './terminal/terminal.ts';

/** The environment of the command line. */
export type CliEnvironment = OutStreams & {
  readonly openStack: <T>(choice: StackChoice, use: (stack: OpenedStack) => Promise<T>) => Promise<T>;
  readonly read: (source: string) => Promise<string>;
  readonly user: string;
  readonly randomId: () => string;
  readonly clock?: Clock;
  /** Absent: not interactive. */
  readonly terminal?: Terminal;
};

/** Runs one command; resolves to the exit code of the process. Only results go to the standard output. */
export async function runCli(argv: readonly string[], environment: CliEnvironment): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const stderr = (text: string) => environment.stderr(withoutWebhooks(text));
  const { clock = systemClock, terminal, read, user, randomId } = environment;

  const outOf = ({ json, ...choice }: GlobalOptions): Out =>
    (json === true ? jsonOut : textOut)({ ...environment, stderr }, invocationOn(choice));
  const program = buildProgram(
    async (options, perform) => {
      const { json: _, ...choice } = options;
      const deps = { clock, randomId, user, read, ...(terminal === undefined ? {} : { terminal }) };
      code = await environment.openStack(choice, (stack) => perform({ ...stack, ...deps }, outOf(options)));
    },
    async (options, perform) => {
      code = await perform(read, outOf(options));
    },
  );
  program.configureOutput({ writeOut: environment.stdout, writeErr: stderr });
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

/** An error can repeat what was typed; the path of a webhook is a secret (B§1.1). */
const withoutWebhooks = (text: string): string => text.replace(/(\/rest\/\d+)\/[\w-]+/g, '$1/…');
