import type { Command } from 'commander';
import type { StackChoice } from './open-stack.ts';
import type { CommandContext } from './shared/command-context.ts';
import type { ExitCode } from './terminal/exit-code.ts';
import type { Out } from './terminal/output.ts';

/** The options of every command. */
export type GlobalOptions = StackChoice & { readonly json?: boolean };

type Perform = (deps: CommandContext, out: Out) => Promise<ExitCode>;
/** Opens the stack that the options name and performs a command on it. */
export type RunCommand = (options: GlobalOptions, perform: Perform) => Promise<void>;
/** Performs what needs no stack. */
export type RunAlone = (
  options: GlobalOptions,
  perform: (read: CommandContext['read'], out: Out) => Promise<ExitCode>,
) => Promise<void>;

/** The global options that a command was given, whether before or after its name. */
export const globalOptions = (command: Command): GlobalOptions => command.optsWithGlobals<GlobalOptions>();
