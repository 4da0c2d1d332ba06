import { LEAST_RATE_MS, RATE_WINDOW_MS } from '../policy.ts';
import { countsText, grouped } from '../terminal/format.ts';
import type { RunStatus } from './run-status.ts';

/** The progress of a run at a time, ms. `found`: bindings in its plan so far. */
export type Reading = { readonly at: number; readonly progress: RunStatus; readonly found: number | null };

/** Those that are still needed to compute the rate. */
export const recent = (readings: readonly Reading[], now: number): Reading[] =>
  readings.filter(({ at }, index) => now - at <= RATE_WINDOW_MS || index === readings.length - 1);

/**
 * The same at several lengths, the longest first, for terminals of any width: `1,200/10,000  1,150 unbound, 50 skipped  45/s
 * 3 min left`. The time left is dropped last.
 */
export function progressTexts(readings: readonly Reading[]): readonly string[] {
  const last = readings.at(-1);
  if (last === undefined) return [''];
  const { phase } = last.progress;
  if (phase === 'queued') return ['waiting for its turn'];
  const state = phase === 'stopping' ? ['stopping'] : [];
  const [rate, left] = [rateText(readings, last), leftText(readings, last)];
  const bodies = last.progress.kind === 'plan' ? planBodies(last, rate) : runBodies(last, rate);
  const texts = bodies.map((body) => [...state, ...body, ...left].join('  '));
  return [...texts, left.length > 0 ? [...state, ...left].join('  ') : (state[0] ?? texts.at(-1) ?? '')];
}

type Texts = readonly string[];

function planBodies({ progress: { done }, found }: Reading, rate: Texts): Texts[] {
  const [seen, bindings] = [grouped(done), grouped(found ?? 0)];
  return [
    [`${seen} activities checked, ${bindings} bindings found`, ...rate],
    [`${seen} checked, ${bindings} found`, ...rate],
    [`${bindings} found`, ...rate],
    [`${bindings} found`],
  ];
}

function runBodies({ progress: { done, total, counts } }: Reading, rate: Texts): Texts[] {
  const range = total === null ? [] : [`${grouped(done)}/${grouped(total)}`];
  const outcomes = countsText(counts);
  const short = total === null ? [outcomes] : range;
  return [[...range, outcomes, ...rate], [...range, outcomes], [...short, ...rate], short];
}

/** Empty until there is a rate. */
function rateText(readings: readonly Reading[], last: Reading): Texts {
  const [first] = readings;
  const perSecond = first === undefined ? null : pace(first, last, last.progress.done - first.progress.done);
  if (perSecond === null) return [];
  return [`${perSecond < 10 ? perSecond.toFixed(1) : grouped(Math.round(perSecond))}/s`];
}

/**
 * Empty until it is known how much there is. The progress grows in steps, some seconds apart: the pace is taken from one step
 * to another, and the time since the last step is subtracted.
 */
function leftText(readings: readonly Reading[], last: Reading): Texts {
  const { share } = last.progress;
  const first = readings.find(({ progress }) => progress.share !== null);
  const step = readings.find(({ progress }) => progress.share === share);
  if (share === null || share >= 1 || first === undefined || step === undefined) return [];
  const perSecond = pace(first, step, share - (first.progress.share ?? share));
  if (perSecond === null) return [];
  const seconds = (1 - share) / perSecond - (last.at - step.at) / 1_000;
  return [`${spanText(Math.max(1, seconds))} left`];
}

/** Per second; null: nothing was done, or there was too little time to tell. */
function pace(first: Reading, last: Reading, done: number): number | null {
  const ms = last.at - first.at;
  return ms < LEAST_RATE_MS || done <= 0 ? null : (done * 1_000) / ms;
}

/** `40 s`, `12 min`, `3 h 5 min` */
function spanText(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
