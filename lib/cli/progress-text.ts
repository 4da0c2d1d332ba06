import type { RunStanding } from './run-standing.ts';
import { countsText, grouped } from './words.ts';

/** How far a run was at a time, ms. `found`: what a plan holds so far. */
export type Reading = { readonly at: number; readonly progress: RunStanding; readonly found: number | null };

/** The rate is that of so much time, so that it follows a portal that rests or speeds up. */
const WINDOW_MS = 60_000;
const LEAST_MS = 1_000;

/** Those that are still needed to tell the rate. */
export const recent = (readings: readonly Reading[], now: number): Reading[] =>
  readings.filter(({ at }, index) => now - at <= WINDOW_MS || index === readings.length - 1);

/** How much of it is done, 0 to 1; null: nobody knows. */
export const shareOf = ({ progress: { done, total } }: Reading): number | null =>
  total === null ? null : total === 0 ? 1 : Math.min(1, done / total);

/** `1,200/10,000  1,150 unbound, 50 skipped  45/s  3 min left` */
export function progressText(readings: readonly Reading[]): string {
  const last = readings.at(-1);
  if (last === undefined) return '';
  const { phase } = last.progress;
  if (phase === 'queued') return 'waits for its turn';
  const parts = [extentText(last), ...paceText(readings, last)];
  return [...(phase === 'stopping' ? ['stopping'] : []), ...parts].join('  ');
}

function extentText({ progress: { done, total, counts, kind }, found }: Reading): string {
  if (kind === 'plan') return `${grouped(done)} activities looked at, ${grouped(found ?? 0)} bindings found`;
  const extent = total === null ? [] : [`${grouped(done)}/${grouped(total)}`];
  return [...extent, countsText(counts)].join('  ');
}

/** Nothing until there is a rate. */
function paceText(readings: readonly Reading[], last: Reading): string[] {
  const [first] = readings;
  const ms = last.at - (first?.at ?? last.at);
  const { done, total } = last.progress;
  const perSecond = ms < LEAST_MS ? 0 : ((done - (first?.progress.done ?? done)) * 1_000) / ms;
  if (perSecond <= 0) return [];
  const rate = `${perSecond < 10 ? perSecond.toFixed(1) : grouped(Math.round(perSecond))}/s`;
  return total === null || done >= total ? [rate] : [rate, `${spanText((total - done) / perSecond)} left`];
}

/** `40 s`, `12 min`, `3 h 5 min` */
function spanText(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
