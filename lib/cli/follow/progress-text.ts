import { countsText, grouped } from '../terminal/format.ts';
import type { RunStatus } from './run-status.ts';

/** How far a run was at a time, ms. `found`: what a plan holds so far. */
export type Reading = { readonly at: number; readonly progress: RunStatus; readonly found: number | null };

/** The rate is that of so much time, so that it follows a portal that rests or speeds up. */
const WINDOW_MS = 60_000;
const LEAST_MS = 1_000;

/** Those that are still needed to tell the rate. */
export const recent = (readings: readonly Reading[], now: number): Reading[] =>
  readings.filter(({ at }, index) => now - at <= WINDOW_MS || index === readings.length - 1);

/**
 * The same at several lengths, the longest first, for whatever room there is: `1,200/10,000  1,150 unbound, 50 skipped  45/s
 * 3 min left`. What is given up last is how long it takes.
 */
export function progressTexts(readings: readonly Reading[]): readonly string[] {
  const last = readings.at(-1);
  if (last === undefined) return [''];
  const { phase } = last.progress;
  if (phase === 'queued') return ['waits for its turn'];
  const begin = phase === 'stopping' ? ['stopping'] : [];
  const [rate, left] = [rateText(readings, last), leftText(readings, last)];
  const bodies = last.progress.kind === 'plan' ? planBodies(last, rate) : runBodies(last, rate);
  const texts = bodies.map((body) => [...begin, ...body, ...left].join('  '));
  return [...texts, left.length > 0 ? [...begin, ...left].join('  ') : (begin[0] ?? texts.at(-1) ?? '')];
}

type Texts = readonly string[];

function planBodies({ progress: { done }, found }: Reading, rate: Texts): Texts[] {
  const [seen, bindings] = [grouped(done), grouped(found ?? 0)];
  return [
    [`${seen} activities looked at, ${bindings} bindings found`, ...rate],
    [`${seen} looked at, ${bindings} found`, ...rate],
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

/** Nothing until there is a rate. */
function rateText(readings: readonly Reading[], last: Reading): Texts {
  const [first] = readings;
  const perSecond = first === undefined ? null : pace(first, last, last.progress.done - first.progress.done);
  if (perSecond === null) return [];
  return [`${perSecond < 10 ? perSecond.toFixed(1) : grouped(Math.round(perSecond))}/s`];
}

/**
 * Nothing until it is known how much there is. The share grows in steps, some seconds apart: it is timed from one step to
 * another, and what has gone by since is gone.
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

/** Per second; null: there is none, or too little time to tell. */
function pace(first: Reading, last: Reading, done: number): number | null {
  const ms = last.at - first.at;
  return ms < LEAST_MS || done <= 0 ? null : (done * 1_000) / ms;
}

/** `40 s`, `12 min`, `3 h 5 min` */
function spanText(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
