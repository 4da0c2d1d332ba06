import type { RestTime } from './rest-call.ts';

/** What is known of a portal's limits (B§8), kept between invocations. Fields that an older record lacks have a default. */
export type Budget = {
  /** Fill of the leaky bucket at the time `at` (ms), in requests. */
  readonly level: number;
  readonly at: number;
  /** Fill of the part that sweeps may use. */
  readonly sweepLevel?: number;
  /** Methods that rest, by lower-case name: until when, ms. */
  readonly resting: { readonly [method: string]: number };
  /** When the oldest minute of a method leaves its sum, ms, by the last success (B§8.2). */
  readonly resetAt?: { readonly [method: string]: number };
  /** How long one call of a batch takes, ms, of late. */
  readonly callMs?: number;
};

/** Which part of the rate a request may use: sweeps leave half of it to robots and events (D§2). */
export type Allotment = 'all' | 'half';

/** A leaky bucket (B§8.1). */
export type Rate = { readonly drainPerSecond: number; readonly threshold: number };

export const RATES = {
  standard: { drainPerSecond: 2, threshold: 50 },
  enterprise: { drainPerSecond: 5, threshold: 250 },
} as const satisfies { readonly [plan: string]: Rate };
export type RatePlan = keyof typeof RATES;

/** We stay below: other applications may share our address and so our bucket (B§8.1). */
const USABLE = 0.8;
/** Sources name limits of 420 and 480 s (B§8.2); a method that has used so much rests before it meets one. */
const ENOUGH_SECONDS = 400;
/** How long a method rests when no answer has told when its sum gets smaller (B§8.2). */
const REST_MS = 60_000;
/** Ten minutes of buckets, and one for clocks: a reset time beyond is a mistake. */
const LATEST_RESET_MS = 660_000;
/** A batch is to be through in half the time that a request may take. */
const BATCH_MS = 15_000;
const MOST_CALLS = 50;

export const emptyBudget = (now: number): Budget => ({ level: 0, at: now, resting: {} });

/** The same budget as it is at `now`. A clock that went back drains nothing. */
export function drained(budget: Budget, now: number, rate: Rate = RATES.standard): Budget {
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
export function waitFor(
  budget: Budget,
  now: number,
  rate: Rate = RATES.standard,
  allotment: Allotment = 'all',
): number {
  const { level, sweepLevel = 0 } = drained(budget, now, rate);
  const limit = rate.threshold * USABLE;
  const whole = msUntilRoom(level, limit, rate.drainPerSecond);
  return allotment === 'all' ? whole : Math.max(whole, msUntilRoom(sweepLevel, limit / 2, rate.drainPerSecond / 2));
}

const msUntilRoom = (level: number, limit: number, drainPerSecond: number): number =>
  Math.ceil((Math.max(0, level + 1 - limit) / drainPerSecond) * 1000);

/** After one request, a batch counting as one (B§3). */
export function spent(budget: Budget, now: number, rate: Rate = RATES.standard, allotment: Allotment = 'all'): Budget {
  const before = drained(budget, now, rate);
  return {
    ...before,
    level: before.level + 1,
    sweepLevel: (before.sweepLevel ?? 0) + (allotment === 'half' ? 1 : 0),
  };
}

/** After QUERY_LIMIT_EXCEEDED: the bucket is full, whoever filled it. */
export function overrun(budget: Budget, now: number, rate: Rate = RATES.standard): Budget {
  return { ...drained(budget, now, rate), level: rate.threshold };
}

/** After OPERATION_TIME_LIMIT: the method rests until its last known reset, otherwise for a minute (B§8.2). */
export function rested(budget: Budget, method: string, now: number): Budget {
  const name = method.toLowerCase();
  const reset = ownNumber(budget.resetAt ?? {}, name);
  const until = Math.max(isPlausible(reset, now) ? reset : now + REST_MS, ownNumber(budget.resting, name));
  return { ...budget, resting: { ...budget.resting, [name]: until } };
}

/** After a success: remembers the reset, and lets the method rest before it meets its limit (B§8.2). */
export function timed(budget: Budget, method: string, time: RestTime, now: number): Budget {
  const { operating, operatingResetAt } = time;
  if (operating === null && operatingResetAt === null) return budget;
  const name = method.toLowerCase();
  const known = isPlausible(operatingResetAt ?? 0, now)
    ? { ...budget, resetAt: { ...budget.resetAt, [name]: operatingResetAt ?? 0 } }
    : budget;
  return operating !== null && operating >= ENOUGH_SECONDS ? rested(known, name, now) : known;
}

/** After a request of so many calls. One that was waited for in vain takes longer still; a broken connection tells nothing. */
export function paced(budget: Budget, calls: number, ms: number, answered: boolean): Budget {
  if (!answered && ms < BATCH_MS) return budget;
  const each = (answered ? ms : ms * 2) / calls;
  const before = budget.callMs ?? each;
  return { ...budget, callMs: each > before ? each : before * 0.7 + each * 0.3 };
}

/** How many calls the next request may hold: one while batches themselves rest, fewer than 50 when the portal is slow. */
export function roomOf(budget: Budget, now: number): number {
  if (restingUntil(budget, 'batch', now) > 0) return 1;
  const { callMs = 0 } = budget;
  return callMs <= 0 ? MOST_CALLS : Math.max(1, Math.min(MOST_CALLS, Math.floor(BATCH_MS / callMs)));
}

/** Until when a method rests, ms; 0 when it does not. */
export function restingUntil({ resting }: Budget, method: string, now: number): number {
  const until = ownNumber(resting, method.toLowerCase());
  return until > now ? until : 0;
}

const isPlausible = (time: number, now: number): boolean => time > now && time <= now + LATEST_RESET_MS;

const ownNumber = (numbers: { readonly [name: string]: number }, name: string): number =>
  Object.hasOwn(numbers, name) ? (numbers[name] ?? 0) : 0;
