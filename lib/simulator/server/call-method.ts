import type { Clock } from '../../clock.ts';
import type { CommandRecord } from '../ledger.ts';
import type { Method, Methods, Params } from '../method.ts';
import { MethodError, Page } from '../method.ts';
import type { Settings } from '../settings.ts';
import { systemError } from '../system-error.ts';
import type { Identity } from './authorize.ts';
import type { TimeBlock } from './envelope.ts';
import { timeBlock } from './envelope.ts';
import type { OperatingTime } from './operating-time.ts';

/** Carries out one method, in a plain call and in a batch alike. */
export type RestRuntime = {
  readonly methods: Methods;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly operating: OperatingTime;
};

/** The success envelope (B§1.2). */
export type Success = {
  readonly result: unknown;
  readonly next?: number;
  readonly total?: number;
  readonly time: TimeBlock;
};

export function methodOf({ methods }: RestRuntime, name: string): Method {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!method) throw systemError('ERROR_METHOD_NOT_FOUND');
  return method;
}

/** Checks the method's running time (B§8.2), then runs it, and records both with the command. Throws MethodError. */
export async function callMethod(
  runtime: RestRuntime,
  who: Identity,
  command: CommandRecord,
  params: Params,
): Promise<Success> {
  const { clock, operating, settings } = runtime;
  const { method: name } = command;
  const method = methodOf(runtime, name);
  if (operating.isOver(who.entity, name)) throw systemError('OPERATION_TIME_LIMIT', settings.statuses);

  const startedAt = clock.now();
  command.executed = true;
  const outcome = await run(method, name, params, who);
  const used = operating.charge(who.entity, name);

  const processing = operating.secondsOf(name) * 1000;
  const time = timeBlock(settings, { startedAt, finishedAt: clock.now(), processing }, used);
  return { ...paged(outcome), time };
}

async function run(method: Method, name: string, params: Params, { caller }: Identity): Promise<unknown> {
  try {
    return await method.run(params, caller);
  } catch (error) {
    if (error instanceof MethodError) throw error;
    // A bug in the simulator: answered as a portal would, and shown to whoever runs it.
    console.error(`simulated portal: ${name} failed`, error);
    throw systemError('INTERNAL_SERVER_ERROR');
  }
}

function paged(outcome: unknown): Omit<Success, 'time'> {
  if (!(outcome instanceof Page)) return { result: outcome ?? null };
  const { rows, next, total } = outcome;
  return { result: rows, ...(next === undefined ? {} : { next }), ...(total === undefined ? {} : { total }) };
}
