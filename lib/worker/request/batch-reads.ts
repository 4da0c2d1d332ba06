import { BINDINGS_METHOD } from '../../bitrix24/crm/bindings.ts';
import { MOST_BATCH_COMMANDS } from '../../bitrix24/limits.ts';
import { errorPolicy, failureCode, mayBeAnotherFailure } from '../../bitrix24/rest/error-policy.ts';
import type { Allotment } from '../../bitrix24/rest/rate-budget.ts';
import type { CommandAnswer, RestCall } from '../../bitrix24/rest/rest-call.ts';
import type { Clock } from '../../clock.ts';
import { type Ask, NotNow, PortalStopped, PortalTroubled, type Read } from '../../jobs/planner.ts';
import type { PortalApi } from '../../portal/portal-api.ts';
import { MOST_READS_REPEATED_ALONE, PARTS_OF_FAILED_REQUEST, SEND_WITHIN_MS } from '../policy.ts';
import { LockLost } from '../portal-lock.ts';
import type { Deadline } from '../worker-ports.ts';
import { hasLeft } from './decide-without-answer.ts';
import { diagnose } from './diagnose.ts';
import type { ReadingLimit } from './reading-limit.ts';
import { type RateWait, waitForRate } from './wait-for-rate.ts';

type Waiting = { call: RestCall; resolve: (read: Read) => void; reject: (reason: unknown) => void };
type Deps = {
  readonly api: PortalApi;
  readonly clock: Clock;
  /** Absent: time is not limited. */
  readonly deadline?: Deadline;
  /** Absent: nobody waits for the planning to end. */
  readonly limit?: ReadingLimit;
  readonly allotment: Allotment;
};

/**
 * Collects the reads of all planners that plan at the same time and sends them in batches of 50, or fewer when the portal is
 * slow. A planner that awaits its reads lets the others continue; when all of them wait, the event loop turns and the batch
 * leaves. What there is no time for now is refused with `NotNow`: OTHERS_FIRST, or TIME_UP when the function must end.
 */
export function batchReads(deps: Deps): Ask {
  let waiting: Waiting[] = [];

  const flush = async (): Promise<void> => {
    const all = waiting;
    waiting = [];
    while (all.length > 0) await sendReads(all.splice(0, Math.min(MOST_BATCH_COMMANDS, deps.api.room())), deps);
  };

  const ask = (call: RestCall) =>
    new Promise<Read>((resolve, reject) => {
      const restingUntil = deps.api.restingUntil(call.method);
      const stopped = deps.api.stoppedMethods()[call.method.toLowerCase()];
      if (restingUntil > 0) return reject(new NotNow(restingUntil, stopped?.code ?? 'OPERATION_TIME_LIMIT'));
      if (waiting.length === 0) setImmediate(() => void flush());
      waiting.push({ call, resolve, reject });
    });
  return Object.assign(ask, { room: () => deps.api.room() });
}

/** `doubts`: a refusal that may be another command's failure is not passed on, but the read is repeated. */
async function sendReads(group: readonly Waiting[], deps: Deps, doubts = true): Promise<void> {
  const { api, clock, deadline, limit, allotment } = deps;
  // What is asked again was counted already.
  const isOthersTurn = doubts && limit?.allows(group.length) === false;
  if (isOthersTurn || deadline?.allows() === false) {
    for (const { reject } of group) reject(new NotNow(clock.now(), isOthersTurn ? 'OTHERS_FIRST' : 'TIME_UP'));
    return;
  }
  limit?.noteRequest();
  const rate: RateWait = await waitForRate(api, clock, allotment);
  if (rate.kind === 'rest') {
    for (const { reject } of group) reject(new NotNow(rate.until, 'RATE'));
    return;
  }
  const answers = await answersTo(group, deps);
  if ('died' in answers) return await readApart(group, deps, answers.died);
  if (answers instanceof Error) {
    for (const { reject } of group) reject(answers);
    return;
  }
  const doubtful: Waiting[] = [];
  for (const [index, one] of group.entries()) {
    const { call, resolve, reject } = one;
    const answer = answers[index] ?? UNSENT;
    if (doubts && isDoubtful(call, answer)) {
      doubtful.push(one);
      continue;
    }
    const read = readOf(call, answer, api.restingUntil(call.method));
    if (read instanceof Error) reject(read);
    else resolve(read);
  }
  await repeatReads(doubtful, deps);
}

/**
 * A request died of one of its reads, as the portal is well: smaller ones find out of which. What cannot be read of one activity is
 * said to be unreadable, so that a run can go on without it.
 */
async function readApart(group: readonly Waiting[], deps: Deps, code: string): Promise<void> {
  const [first] = group;
  if (group.length === 1) return first?.resolve({ ok: false, code, passing: true });
  const size = Math.ceil(group.length / PARTS_OF_FAILED_REQUEST);
  for (let from = 0; from < group.length; from += size) await sendReads(group.slice(from, from + size), deps, false);
}

const isOfBindings = (call: RestCall | undefined): boolean => call?.method === BINDINGS_METHOD;

/** Alone, a refusal has a status and is not an echo. Only a few are sent alone, to spare the portal's rate. */
async function repeatReads(doubtful: readonly Waiting[], deps: Deps): Promise<void> {
  const others = doubtful.slice(MOST_READS_REPEATED_ALONE);
  for (const one of doubtful.slice(0, MOST_READS_REPEATED_ALONE)) await sendReads([one], deps, false);
  if (others.length > 0) await sendReads(others, deps, false);
}

/** Only reads are repeated: a registration that was refused is not. */
const isDoubtful = ({ method }: RestCall, answer: CommandAnswer): boolean =>
  /\.(get|list)$/i.test(method) &&
  answer.kind === 'error' &&
  answer.status === null &&
  mayBeAnotherFailure(method, answer.code);

const UNSENT = { kind: 'unsent', reason: 'the request could not be made' } as const;

/**
 * The answers to some reads, or why there are none. A surprise on the way to the portal (its secret cannot be read …)
 * postpones the planning instead of leaving it hanging.
 */
async function answersTo(
  group: readonly Waiting[],
  deps: Deps,
): Promise<readonly CommandAnswer[] | Error | { readonly died: string }> {
  const { api, clock, allotment } = deps;
  const calls = group.map(({ call }) => call);
  try {
    const asked = await api.ask(calls, clock.now() + SEND_WITHIN_MS, allotment);
    const diagnosis = await diagnose(deps, calls, asked);
    if (diagnosis.kind === 'stop') return new PortalStopped(diagnosis.code);
    if (diagnosis.kind === 'trouble') return new PortalTroubled(diagnosis.code);
    if (asked.kind === 'failed' && hasLeft(asked.failure) && (group.length > 1 || isOfBindings(calls[0])))
      return { died: failureCode(asked.failure) };
    // Each job that fails here is planned alone next time, so that the one which is to blame holds up no other.
    return asked.kind === 'failed' ? new NotNow(null, failureCode(asked.failure)) : asked.answers;
  } catch (error) {
    return error instanceof LockLost ? error : new NotNow(null, failureCode(UNSENT));
  }
}

function readOf(call: RestCall, answer: CommandAnswer, restingUntil: number): Read | NotNow | PortalStopped {
  if (answer.kind === 'result') return { ok: true, result: answer.result };
  if (answer.kind === 'unsent') return new NotNow(null, failureCode(answer));
  const { action, scope } = errorPolicy(call.method, answer.code, answer.status);
  switch (action) {
    case 'stop':
      return scope === 'portal' ? new PortalStopped(answer.code) : new NotNow(restingUntil || null, answer.code);
    case 'rest':
      return new NotNow(restingUntil || null, answer.code);
    case 'retry':
    case 'refresh_token':
      return isOfBindings(call) && scope === 'activity'
        ? { ok: false, code: answer.code, passing: true }
        : new NotNow(null, answer.code);
    case 'already_done':
    case 'refuse':
      return { ok: false, code: answer.code };
  }
}
