import type { Clock } from '../../clock.ts';
import type { Settings } from '../settings.ts';

const MINUTE = 60;
const MINUTES = 10;
/** Shorter runs are not counted (B§8.2). */
const SHORTEST = 0.1;

/** What a success reports about its method's running time (B§1.2), in seconds; `resetAt` in unix seconds. */
export type Operating = { readonly operating: number; readonly resetAt: number };

/** Running time per application or webhook and method, in ten one-minute buckets (B§8.2). */
export type OperatingTime = {
  /** Whether the method has used up its time. Asked before a call, so the call that crosses the limit completes. */
  isOver(entity: string, method: string): boolean;
  charge(entity: string, method: string): Operating;
  /** Seconds that a call of the method claims to take. */
  secondsOf(method: string): number;
};

type Bucket = { readonly minute: number; readonly firstRunAt: number; seconds: number };

export function createOperatingTime(settings: Settings, clock: Clock): OperatingTime {
  const used = new Map<string, Bucket[]>();
  const bannedUntil = new Map<string, number>();
  const seconds = (): number => Math.floor(clock.now() / 1000);

  const recent = (key: string): Bucket[] => {
    const oldest = Math.floor(seconds() / MINUTE) - MINUTES + 1;
    const kept = (used.get(key) ?? []).filter(({ minute }) => minute >= oldest);
    used.set(key, kept);
    return kept;
  };
  const sum = (key: string): number => recent(key).reduce((total, bucket) => total + bucket.seconds, 0);
  const secondsOf = (method: string): number =>
    settings.operatingSecondsPerCall[method] ?? settings.operatingSecondsPerCall['*'] ?? 0;

  return {
    secondsOf,
    isOver(entity, method) {
      const key = `${entity} ${method}`;
      if (settings.operatingLimitSeconds === null) return false;
      if (seconds() < (bannedUntil.get(key) ?? 0)) return true;
      const over = sum(key) > settings.operatingLimitSeconds;
      if (over && settings.operatingBanSeconds > 0) {
        bannedUntil.set(key, seconds() + settings.operatingBanSeconds);
        used.delete(key);
      }
      return over;
    },
    charge(entity, method) {
      const key = `${entity} ${method}`;
      const buckets = recent(key);
      addRun(buckets, secondsOf(method), seconds());
      return { operating: sum(key), resetAt: (buckets[0]?.firstRunAt ?? seconds()) + MINUTES * MINUTE };
    },
  };
}

function addRun(buckets: Bucket[], run: number, now: number): void {
  if (run <= SHORTEST) return;
  const minute = Math.floor(now / MINUTE);
  const bucket = buckets.find((one) => one.minute === minute);
  if (bucket) bucket.seconds += run;
  else buckets.push({ minute, firstRunAt: now, seconds: run });
}
