import type { Fault } from '../fault-script.ts';
import type { CommandRecord } from '../ledger.ts';
import { withoutSecrets } from '../ledger.ts';
import type { Params } from '../method.ts';
import { MethodError } from '../method.ts';
import { systemError } from '../system-error.ts';
import type { Identity } from './authorize.ts';
import type { RestRuntime, Success } from './call-method.ts';
import { callMethod, methodOf } from './call-method.ts';
import { errorBody } from './envelope.ts';
import { methodParams } from './method-params.ts';
import { parsePhpQuery } from './php-params.ts';
import { resolveReferences } from './result-reference.ts';

/** B§3 */
const LONGEST = 50;
const NOT_ALLOWED = ['batch', 'download', 'upload'];

export type BatchCommand = { readonly key: string; readonly params: Params; readonly record: CommandRecord };

/** The PHP process that works off a batch, and what can happen to it between two commands. */
export type BatchProcess = {
  readonly runtime: RestRuntime;
  readonly who: Identity;
  strike(method: string, params: Params): Fault | null;
  /** The client gets no answer, or only the fault's. */
  interrupt(fault: Fault): void;
  /** Whether the request took so long that it is cut off (B§8.3). */
  isCutOff(): boolean;
};

type Outcome = Success | MethodError | 'died';

/** The commands of `cmd`, an object or an array of `method?query`; anything but a string is skipped (B§3). */
export function batchCommands(params: Params): BatchCommand[] {
  const cmd = paramOf(params, 'cmd');
  if (typeof cmd !== 'object' || cmd === null) return [];
  return Object.entries(cmd).flatMap(([key, text]: [string, unknown]) =>
    typeof text === 'string' ? [read(key, text)] : [],
  );
}

function read(key: string, text: string): BatchCommand {
  // Parsed as a URL: an unencoded # starts a fragment, which is dropped.
  const [call = ''] = text.split('#');
  const cut = call.indexOf('?');
  const method = (cut === -1 ? call : call.slice(0, cut)).toLowerCase();
  const params = methodParams(cut === -1 ? {} : parsePhpQuery(call.slice(cut + 1)));
  return { key, params, record: { method, params: withoutSecrets(params), error: null, executed: false } };
}

/** Runs the commands one after the other; null if the process died on the way. */
export async function runBatch(
  process: BatchProcess,
  commands: readonly BatchCommand[],
  params: Params,
): Promise<unknown> {
  const maps = { result: mapOf(), next: mapOf(), total: mapOf(), time: mapOf(), error: mapOf() };
  const halt = isTrue(paramOf(params, 'halt'));

  for (const [index, command] of commands.entries()) {
    const resolved = resolveReferences(command.params, maps);
    const outcome = index < LONGEST ? await runCommand(process, command, resolved) : tooMany();
    if (outcome === 'died') return null;
    if (outcome instanceof MethodError) {
      command.record.error = outcome.code;
      maps.error[command.key] = errorBody(outcome, process.runtime.settings);
      if (halt) break;
    } else {
      for (const [name, value] of Object.entries(outcome)) maps[name as keyof Success][command.key] = value;
    }
    if (process.isCutOff()) return null;
  }

  return {
    result: phpJson(maps.result),
    result_error: phpJson(maps.error),
    result_total: phpJson(maps.total),
    result_next: phpJson(maps.next),
    result_time: phpJson(maps.time),
  };
}

/** One command, and the fault that strikes it: an error of its own, a delay, or the death of the process around it. */
async function runCommand(process: BatchProcess, { record }: BatchCommand, params: Params): Promise<Outcome> {
  record.params = withoutSecrets(params);
  const fault = process.strike(record.method, params);
  if (!fault) return execute(process, record, params);

  const { kind, when = 'before', late = 0 } = fault;
  if (typeof kind === 'object' && 'error' in kind) {
    if (when === 'after') await execute(process, record, params);
    const { code, description } = kind.error;
    return new MethodError(code, description ?? systemError(code).message);
  }
  if (typeof kind === 'object' && 'delayMs' in kind) {
    if (when === 'before') await process.runtime.clock.sleep(kind.delayMs);
    const outcome = await execute(process, record, params);
    if (when === 'after') await process.runtime.clock.sleep(kind.delayMs);
    return outcome;
  }
  if (when === 'after' && late > 0) {
    // The client is gone but PHP is not: this command and the rest are carried out later.
    process.interrupt(fault);
    await process.runtime.clock.sleep(late);
    return execute(process, record, params);
  }
  if (when === 'after') await execute(process, record, params);
  process.interrupt(fault);
  return 'died';
}

async function execute({ runtime, who }: BatchProcess, record: CommandRecord, params: Params): Promise<Outcome> {
  try {
    if (NOT_ALLOWED.includes(record.method)) throw systemError('ERROR_BATCH_METHOD_NOT_ALLOWED');
    const { scope } = methodOf(runtime, record.method);
    if (scope !== null && !who.caller.scope.has(scope)) throw systemError('insufficient_scope');
    return await callMethod(runtime, who, record, params);
  } catch (error) {
    if (error instanceof MethodError) return error;
    throw error;
  }
}

const tooMany = (): MethodError => systemError('ERROR_BATCH_LENGTH_EXCEEDED');

/** `cmd` and `halt` are case-insensitive. */
function paramOf(params: Params, name: string): unknown {
  return Object.entries(params).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** As in PHP, where the text "false" is true. */
const isTrue = (value: unknown): boolean => Boolean(value) && value !== '0';

/** Without a prototype, so that a command may have any key. */
const mapOf = (): Record<string, unknown> => Object.create(null);

/** PHP's one kind of array: without entries or with the keys 0..n-1 it becomes a JSON array (B§3). */
function phpJson(map: Record<string, unknown>): unknown {
  const keys = Object.keys(map);
  return keys.every((key, index) => key === String(index)) ? Object.values(map) : map;
}
