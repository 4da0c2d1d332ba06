/** What is known of a portal's limits (B§8), kept between invocations. */
export type Budget = {
  /** Fill of the leaky bucket at the time `at` (ms), in requests. */
  readonly level: number;
  readonly at: number;
  /** Methods that rest, by lower-case name: until when, ms. */
  readonly resting: { readonly [method: string]: number };
};

/** B§8.1, of all plans but the largest: the bucket loses 2 requests a second, and overflows above 50. */
const DRAIN_PER_MS = 2 / 1000;
const OVERFLOW = 50;
/** We stay below: other applications may share our address and so our bucket (B§8.1). */
const LIMIT = 40;

export const emptyBudget = (now: number): Budget => ({ level: 0, at: now, resting: {} });

/** The same budget as it is at `now`. A clock that went back drains nothing. */
export function drained({ level, at, resting }: Budget, now: number): Budget {
  return {
    level: Math.max(0, level - Math.max(0, now - at) * DRAIN_PER_MS),
    at: now,
    resting: Object.fromEntries(Object.entries(resting).filter(([, until]) => until > now)),
  };
}

/** How long until one more request fits, ms. */
export function waitFor(budget: Budget, now: number): number {
  const excess = drained(budget, now).level + 1 - LIMIT;
  return excess <= 0 ? 0 : Math.ceil(excess / DRAIN_PER_MS);
}

/** After one request, a batch counting as one (B§3). */
export function spent(budget: Budget, now: number): Budget {
  const before = drained(budget, now);
  return { ...before, level: before.level + 1 };
}

/** After QUERY_LIMIT_EXCEEDED: the bucket is full, whoever filled it. */
export function overrun(budget: Budget, now: number): Budget {
  return { ...drained(budget, now), level: OVERFLOW };
}

/** After OPERATION_TIME_LIMIT: the method rests until `until` (ms), the others go on (B§8.2). */
export function rested(budget: Budget, method: string, until: number): Budget {
  const name = method.toLowerCase();
  return { ...budget, resting: { ...budget.resting, [name]: Math.max(until, budget.resting[name] ?? 0) } };
}

/** Until when a method rests, ms; 0 when it does not. */
export function restingUntil({ resting }: Budget, method: string, now: number): number {
  const name = method.toLowerCase();
  const until = Object.hasOwn(resting, name) ? (resting[name] ?? 0) : 0;
  return until > now ? until : 0;
}
