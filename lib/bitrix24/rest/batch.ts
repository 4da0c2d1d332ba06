import { MOST_BATCH_COMMANDS } from '../limits.ts';
import { phpQuery } from './php-query.ts';
import { countOf, errorOf, type Fields, fieldsOf, timeOf } from './read-answer.ts';
import type { Asked, CommandAnswer, RestAnswer, RestCall } from './rest-call.ts';

/** One request for up to 50 calls. Each command is `method?query`, with its values percent-encoded once (B§3). */
export function batchOf(calls: readonly RestCall[]): RestCall {
  if (calls.length > MOST_BATCH_COMMANDS) throw new RangeError(`a batch holds at most ${MOST_BATCH_COMMANDS} commands`);
  return {
    method: 'batch',
    params: { halt: 0, cmd: Object.fromEntries(calls.map((call, index) => [keyOf(index), commandOf(call)])) },
  };
}

/** Never a number: with the keys 0, 1, 2 … PHP would turn the maps of the answer into lists. */
const keyOf = (index: number): string => `c${index}`;

function commandOf({ method, params }: RestCall): string {
  const query = phpQuery(params);
  return query === '' ? method : `${method}?${query}`;
}

/**
 * What became of a batch: its answers, in the order of the calls. `now` (ms) is for an answer whose maps cannot be read:
 * then nobody knows what was carried out.
 */
export function answersOf(answer: RestAnswer, calls: readonly RestCall[], now: number): Asked {
  if (answer.kind !== 'result') return { kind: 'failed', failure: answer };

  const maps = mapsOf(answer.result);
  if (maps === null) {
    const failure = { kind: 'unanswered', reason: 'unreadable batch answer', status: 200, begunBy: now } as const;
    return { kind: 'failed', failure };
  }
  return { kind: 'answered', answers: calls.map((_, index) => answerAt(keyOf(index), maps)) };
}

type Maps = { readonly [name in 'results' | 'errors' | 'totals' | 'nexts' | 'times']: Fields };

function mapsOf(result: unknown): Maps | null {
  const body = fieldsOf(result);
  const results = mapIn(body?.result);
  const errors = mapIn(body?.result_error);
  if (body === null || results === null || errors === null) return null;
  return {
    results,
    errors,
    totals: mapIn(body.result_total) ?? {},
    nexts: mapIn(body.result_next) ?? {},
    times: mapIn(body.result_time) ?? {},
  };
}

/** An empty map arrives as `[]` (B§3). Any other list cannot be an answer to our keys, which are not numbers. */
const mapIn = (value: unknown): Fields | null => (Array.isArray(value) && value.length === 0 ? {} : fieldsOf(value));

function answerAt(key: string, { results, errors, totals, nexts, times }: Maps): CommandAnswer {
  if (Object.hasOwn(errors, key)) return errorAt(errors[key]);
  // B§3: a command that is in none of the maps was not carried out.
  if (!Object.hasOwn(results, key)) return { kind: 'unsent', reason: 'absent' };
  return {
    kind: 'result',
    result: results[key],
    next: countOf(nexts[key]),
    total: countOf(totals[key]),
    time: timeOf(times[key]),
  };
}

/** Inside a batch there is no status (B§3). */
function errorAt(value: unknown): CommandAnswer {
  const body = fieldsOf(value) ?? { error: typeof value === 'string' ? value : '' };
  return errorOf(body, null) ?? { kind: 'error', code: '', description: '', status: null };
}
