import { MOST_BATCH_COMMANDS, OPERATING_BACK_OFF_MS, OPERATING_WINDOW_MS, RATES, type Rate } from '../limits.ts';
import {
  BATCH_TARGET_MS,
  FASTER_BATCH_WEIGHT,
  OPERATING_SECONDS_BEFORE_REST,
  RESET_CLOCK_SKEW_MS,
  USABLE_RATE,
} from '../policy.ts';
import type { RestTime } from './rest-call.ts';

/**
 * What is known of how much of a portal's limits is used (B§8). Stored between invocations; the optional fields are missing
 * from older records.
 */
export type RateBudget = {
  /** Level of the leaky bucket at the time `at` (ms), in requests. */
  readonly level: number;
  readonly at: number;
  /** Level of the half that sweeps may use. */
  readonly sweepLevel?: number;
  /** Methods that must not be called, by lower-case name: until when, ms. */
  readonly resting: { readonly [method: string]: number };
  /** When the oldest minute of a method leaves its sum, ms, according to its last success (B§8.2). */
  readonly resetAt?: { readonly [method: string]: number };
  /** How long one call of a batch has taken of late, ms. */
  readonly callMs?: number;
};

/** Which part of the rate a request may use: sweeps leave half of it to robots and events (D§2). */
export type Allotment = 'all' | 'half';

export const emptyBudget = (now: number): RateBudget => ({ level: 0, at: now, resting: {} });

/** The same budget as it is at `now`. A clock that went back drains nothing. */
export function drained(budget: RateBudget, now: number, rate: Rate = RATES.standard): RateBudget {
  const seconds = Math.max(0, now - budget.at) / 1000;
  return {
    ...budget,
    level: Math.max(0, budget.level - seconds * rate.drainPerSecond),
    sweepLevel: Math.max(0, (budget.sweepLevel ?? 0) - (seconds * rate.drainPerSecond) / 2),
    at: now,
    resting: Object.fromEntries(Object.entries(budget.resting).filter(([, until]) => until > now)),
  };
}

/** How long until one more request fits, ms. */
export function waitMs(
  budget: RateBudget,
  now: number,
  rate: Rate = RATES.standard,
  allotment: Allotment = 'all',
): number {
  const { level, sweepLevel = 0 } = drained(budget, now, rate);
  const limit = rate.threshold * USABLE_RATE;
  const whole = msUntilRoom(level, limit, rate.drainPerSecond);
  return allotment === 'all' ? whole : Math.max(whole, msUntilRoom(sweepLevel, limit / 2, rate.drainPerSecond / 2));
}

const msUntilRoom = (level: number, limit: number, drainPerSecond: number): number =>
  Math.ceil((Math.max(0, level + 1 - limit) / drainPerSecond) * 1000);

/** After one more request; a batch counts as one (B§3). */
export function afterRequest(
  budget: RateBudget,
  now: number,
  rate: Rate = RATES.standard,
  allotment: Allotment = 'all',
): RateBudget {
  const before = drained(budget, now, rate);
  return {
    ...before,
    level: before.level + 1,
    sweepLevel: (before.sweepLevel ?? 0) + (allotment === 'half' ? 1 : 0),
  };
}

/** After QUERY_LIMIT_EXCEEDED: the bucket is full, whoever has filled it. */
export function afterRateLimitError(budget: RateBudget, now: number, rate: Rate = RATES.standard): RateBudget {
  return { ...drained(budget, now, rate), level: rate.threshold };
}

/** After OPERATION_TIME_LIMIT: the method rests until its last known reset, or for a minute if none is known (B§8.2). */
export function withRestingMethod(budget: RateBudget, method: string, now: number): RateBudget {
  const name = method.toLowerCase();
  const reset = ownNumber(budget.resetAt ?? {}, name);
  const until = Math.max(
    isPlausible(reset, now) ? reset : now + OPERATING_BACK_OFF_MS,
    ownNumber(budget.resting, name),
  );
  return { ...budget, resting: { ...budget.resting, [name]: until } };
}

/** After a successful call: the reset is remembered, and a method that is close to its limit rests (B§8.2). */
export function afterSuccess(budget: RateBudget, method: string, time: RestTime, now: number): RateBudget {
  const { operating, operatingResetAt } = time;
  if (operating === null && operatingResetAt === null) return budget;
  const name = method.toLowerCase();
  const known = isPlausible(operatingResetAt ?? 0, now)
    ? { ...budget, resetAt: { ...budget.resetAt, [name]: operatingResetAt ?? 0 } }
    : budget;
  return operating !== null && operating >= OPERATING_SECONDS_BEFORE_REST ? withRestingMethod(known, name, now) : known;
}

/**
 * After a request of `calls` calls that took `ms`. Without an answer the calls take longer still, so it counts double; one
 * that broke off early tells nothing, and a single call that got none tells of itself, not of the portal's pace.
 */
export function afterTimedRequest(budget: RateBudget, calls: number, ms: number, answered: boolean): RateBudget {
  if (!answered && (ms < BATCH_TARGET_MS || calls === 1)) return budget;
  const each = (answered ? ms : ms * 2) / calls;
  const before = budget.callMs ?? each;
  return { ...budget, callMs: each > before ? each : before * (1 - FASTER_BATCH_WEIGHT) + each * FASTER_BATCH_WEIGHT };
}

/** How many calls the next request may hold: one while `batch` itself rests, fewer than 50 when the portal is slow. */
export function mostCalls(budget: RateBudget, now: number): number {
  if (restingUntil(budget, 'batch', now) > 0) return 1;
  const { callMs = 0 } = budget;
  return callMs <= 0
    ? MOST_BATCH_COMMANDS
    : Math.max(1, Math.min(MOST_BATCH_COMMANDS, Math.round(BATCH_TARGET_MS / callMs)));
}

/** Until when a method rests, ms; 0 when it does not. */
export function restingUntil({ resting }: RateBudget, method: string, now: number): number {
  const until = ownNumber(resting, method.toLowerCase());
  return until > now ? until : 0;
}

const isPlausible = (time: number, now: number): boolean =>
  time > now && time <= now + OPERATING_WINDOW_MS + RESET_CLOCK_SKEW_MS;

const ownNumber = (numbers: { readonly [name: string]: number }, name: string): number =>
  Object.hasOwn(numbers, name) ? (numbers[name] ?? 0) : 0;
