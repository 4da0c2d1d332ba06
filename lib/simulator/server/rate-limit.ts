import type { Clock } from '../../clock.ts';
import type { Settings } from '../settings.ts';

/** The portal's leaky bucket, one per source address: every request adds 1, above the threshold it is refused (B§8.1). */
export function createRateLimit(settings: Settings, clock: Clock): (address: string) => boolean {
  const buckets = new Map<string, { level: number; at: number }>();

  return (address) => {
    const limit = settings.rateLimit;
    if (!limit) return true;
    const now = clock.now();
    const bucket = buckets.get(address) ?? { level: 0, at: now };
    const drained = Math.max(0, bucket.level - ((now - bucket.at) / 1000) * limit.drainPerSecond);
    const admitted = drained + 1 <= limit.threshold;
    buckets.set(address, { level: admitted ? drained + 1 : drained, at: now });
    return admitted;
  };
}
