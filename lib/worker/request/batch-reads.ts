import { errorPolicy, mayBeAnotherFailure } from '../../bitrix24/rest/error-policy.ts';
import type { Allotment } from '../../bitrix24/rest/rate-budget.ts';
import type { RestAnswer, RestCall } from '../../bitrix24/rest/rest-call.ts';
import type { Clock } from '../../clock.ts';
import { type Ask, NotNow, PortalStopped, type Read } from '../../jobs/planner.ts';
import type { PortalApi } from '../../portal/portal-api.ts';
import type { Deadline } from '../worker-ports.ts';
import { type RateWait, waitForRate } from './wait-for-rate.ts';

/** A batch holds at most 50 commands (B§3). */
const MOST_CALLS = 50;
/** What is not on its way by then is asked in a later turn. */
const SEND_WITHIN_MS = 5_000;
/** Doubtful refusals of a batch that are asked again in a request of their own; the others share one. */
const MOST_ALONE = 3;

type Waiting = { call: RestCall; resolve: (read: Read) => void; reject: (reason: unknown) => void };
type Deps = {
  readonly api: PortalApi;
  readonly clock: Clock;
  /** Absent: there is time enough. */
  readonly deadline?: Deadline;
  readonly allotment: Allotment;
};

/**
 * Collects the reads of all planners that plan at the same time and sends them in batches of 50. A planner that awaits its
 * reads lets the others go on; when all of them wait, the event loop turns and the batch leaves.
 */
export function batchReads(deps: Deps): Ask {
  let waiting: Waiting[] = [];

  const flush = async (): Promise<void> => {
    const all = waiting;
    waiting = [];
    while (all.length > 0) await answer(all.splice(0, Math.min(MOST_CALLS, deps.api.room())), deps);
  };

  return (call) =>
    new Promise<Read>((resolve, reject) => {
      const restingUntil = deps.api.restingUntil(call.method);
      if (restingUntil > 0) return reject(new NotNow(restingUntil, 'OPERATION_TIME_LIMIT'));
      if (waiting.length === 0) setImmediate(() => void flush());
      waiting.push({ call, resolve, reject });
    });
}

/** `doubts`: a refusal that may be none is asked again. */
async function answer(group: readonly Waiting[], deps: Deps, doubts = true): Promise<void> {
  const { api, clock, deadline, allotment } = deps;
  if (deadline?.allows() === false) {
    for (const { reject } of group) reject(new NotNow(clock.now(), 'TIME_UP'));
    return;
  }
  const rate: RateWait = await waitForRate(api, clock, allotment);
  if (rate.kind === 'rest') {
    for (const { reject } of group) reject(new NotNow(rate.until, 'RATE'));
    return;
  }
  const answers = await asked(deps, group, clock.now() + SEND_WITHIN_MS);
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
  await answerAgain(doubtful, deps);
}

/** Alone, a refusal has a status and is nobody's echo. So many are not asked alone that the portal's rate would suffer. */
async function answerAgain(doubtful: readonly Waiting[], deps: Deps): Promise<void> {
  for (const one of doubtful.slice(0, MOST_ALONE)) await answer([one], deps, false);
  if (doubtful.length > MOST_ALONE) await answer(doubtful.slice(MOST_ALONE), deps, false);
}

/** Of reads only: a registration that was refused is not repeated. */
const isDoubtful = ({ method }: RestCall, answer: RestAnswer): boolean =>
  /\.(get|list)$/i.test(method) &&
  answer.kind === 'error' &&
  answer.status === null &&
  mayBeAnotherFailure(method, answer.code);

const UNSENT: RestAnswer = { kind: 'unsent', reason: 'the request could not be made' };

/** A surprise on the way to the portal (its secret cannot be read …) puts the planning off; it must not leave it waiting. */
async function asked({ api, allotment }: Deps, group: readonly Waiting[], sendBy: number): Promise<RestAnswer[]> {
  try {
    return await api.ask(
      group.map(({ call }) => call),
      sendBy,
      allotment,
    );
  } catch {
    return [];
  }
}

function readOf(call: RestCall, answer: RestAnswer, restingUntil: number): Read | NotNow | PortalStopped {
  if (answer.kind === 'result') return { ok: true, result: answer.result };
  if (answer.kind !== 'error') return new NotNow(null, answer.kind === 'unsent' ? 'UNREACHABLE' : 'NO_ANSWER');
  switch (errorPolicy(call.method, answer.code, answer.status)) {
    case 'stop_portal':
      return new PortalStopped(answer.code);
    case 'rest_method':
      return restingUntil > 0 ? new NotNow(restingUntil, answer.code) : new NotNow(null, answer.code);
    case 'retry':
    case 'refresh_token':
      return new NotNow(null, answer.code);
    case 'already_done':
    case 'refuse':
      return { ok: false, code: answer.code };
  }
}
