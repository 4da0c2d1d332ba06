import { createHash } from 'node:crypto';
import type { Checkpoint } from '../../jobs/job.ts';
import { progressAfter } from './sweep-progress.ts';
import { decodeState, encodeState, isCompleted, type SweepState } from './sweep-state.ts';

/** Where a run is, as its job remembers it. */
export type SweepCheckpoint = {
  readonly state: SweepState;
  /** JSON, as they were when the run began: the state names them by number. */
  readonly rules: string;
  /** What was planned so far, by rule. */
  readonly byRule: { readonly [rule: string]: number };
  /** The time is up: what was begun is finished, and this is left to the next run. */
  readonly heldBack: SweepState | null;
  /** Bitrix24's code for the first thing that could not be read; null: everything so far could. */
  readonly refusal: string | null;
};

export function encodeCheckpoint({ state, rules, byRule, heldBack, refusal }: SweepCheckpoint): Checkpoint {
  return {
    state: encodeState(state),
    rules: keyOf(rules),
    byRule: JSON.stringify(byRule),
    held: heldBack === null ? null : encodeState(heldBack),
    refusal,
  };
}

/** Null: the run begins. Numbers that mean other rules now mean nothing. */
export function readSweepCheckpoint(cursor: Checkpoint | null, rules: string): SweepCheckpoint | null {
  if (cursor === null || typeof cursor.state !== 'string' || cursor.rules !== keyOf(rules)) return null;
  return {
    state: decodeState(cursor.state),
    rules,
    byRule: JSON.parse(String(cursor.byRule)) as SweepCheckpoint['byRule'], // written above
    heldBack: typeof cursor.held === 'string' ? decodeState(cursor.held) : null,
    refusal: typeof cursor.refusal === 'string' ? cursor.refusal : null,
  };
}

/** The share of the way that the run is through; null: it has not begun, or nobody knows. */
export const progressAt = (cursor: Checkpoint | null): number | null =>
  typeof cursor?.state === 'string' ? decodeState(cursor.state).volume.progress : null;

/** The place after some more of the way. What is held back lies ahead all the same. */
export function advanceCheckpoint(checkpoint: SweepCheckpoint, state: SweepState): SweepCheckpoint {
  const { sources, chunks } = checkpoint.heldBack ?? state;
  const progress = progressAfter(checkpoint.state, { ...state, sources, chunks });
  return { ...checkpoint, state: { ...state, volume: { ...state.volume, progress } } };
}

/** No more pages: they are held back for the next run. */
export function holdBackPages(checkpoint: SweepCheckpoint): SweepCheckpoint {
  if (checkpoint.heldBack !== null) return checkpoint;
  const { sources, chunks } = checkpoint.state;
  const nothing = { candidates: [], listed: [], decided: [], evaluated: [] } satisfies Partial<SweepState>;
  return {
    ...checkpoint,
    heldBack: { ...checkpoint.state, ...nothing, sources, chunks },
    state: { ...checkpoint.state, sources: [], chunks: [] },
  };
}

/** What is held back, with what was done since; null: nothing is. Without anything in it, it is no place to go on at. */
export function heldBackState({ heldBack, state }: SweepCheckpoint): SweepState | null {
  if (heldBack === null || isCompleted(heldBack)) return null;
  const { evaluated, evaluatedCount, plannedCount, exemptCount, volume } = state;
  return { ...heldBack, evaluated, evaluatedCount, plannedCount, exemptCount, volume };
}

/**
 * All that a run has left that was stopped in the middle; null: nothing. What it had read and decided is old by the time that
 * another run goes on with it, and is then begun anew.
 */
export function unfinishedState({ heldBack, state }: SweepCheckpoint): SweepState | null {
  const { sources, chunks } = heldBack ?? state;
  const left = { ...state, sources, chunks };
  return isCompleted(left) && left.decided.length === 0 ? null : left;
}

const keyOf = (rules: string): string => createHash('sha256').update(rules).digest('base64url').slice(0, 16);
