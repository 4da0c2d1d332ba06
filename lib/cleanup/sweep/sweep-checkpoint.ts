import { createHash } from 'node:crypto';
import type { Checkpoint } from '../../jobs/job.ts';
import { progressAfter } from './sweep-progress.ts';
import { decodeState, encodeState, isCompleted, type SweepState } from './sweep-state.ts';

/** How far a run is, as its job stores it. */
export type SweepCheckpoint = {
  readonly state: SweepState;
  /** The rules when the run began, JSON: the state refers to them by number. */
  readonly rules: string;
  /** Removals planned so far, by rule. */
  readonly byRule: { readonly [rule: string]: number };
  /** Set when the time limit is reached: the run finishes what it has begun, and leaves this to the next one. */
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

/** null: the run starts. A checkpoint for other rules is useless, as its rule numbers mean others. */
export function readSweepCheckpoint(stored: Checkpoint | null, rules: string): SweepCheckpoint | null {
  if (stored === null || typeof stored.state !== 'string' || stored.rules !== keyOf(rules)) return null;
  return {
    state: decodeState(stored.state),
    rules,
    byRule: JSON.parse(String(stored.byRule)) as SweepCheckpoint['byRule'], // written above
    heldBack: typeof stored.held === 'string' ? decodeState(stored.held) : null,
    refusal: typeof stored.refusal === 'string' ? stored.refusal : null,
  };
}

/** How much of the sweep is done, 0 to 1; null: it has not begun, or that is not known. */
export const progressAt = (stored: Checkpoint | null): number | null =>
  typeof stored?.state === 'string' ? decodeState(stored.state).volume.progress : null;

/** The checkpoint after another request. What is held back still counts as work ahead. */
export function advanceCheckpoint(checkpoint: SweepCheckpoint, state: SweepState): SweepCheckpoint {
  const { sources, chunks } = checkpoint.heldBack ?? state;
  const progress = progressAfter(checkpoint.state, { ...state, sources, chunks });
  return { ...checkpoint, state: { ...state, volume: { ...state.volume, progress } } };
}

/** Holds all pages back for the next run, so that this one can end. */
export function holdBackPages(checkpoint: SweepCheckpoint): SweepCheckpoint {
  if (checkpoint.heldBack !== null) return checkpoint;
  const { sources, chunks } = checkpoint.state;
  const empty = { candidates: [], listed: [], decided: [], evaluated: [] } satisfies Partial<SweepState>;
  return {
    ...checkpoint,
    heldBack: { ...checkpoint.state, ...empty, sources, chunks },
    state: { ...checkpoint.state, sources: [], chunks: [] },
  };
}

/** What is held back, with the counts of what was done since; null: nothing is left to resume. */
export function heldBackState({ heldBack, state }: SweepCheckpoint): SweepState | null {
  if (heldBack === null || isCompleted(heldBack)) return null;
  const { evaluated, evaluatedCount, plannedCount, exemptCount, volume } = state;
  return { ...heldBack, evaluated, evaluatedCount, plannedCount, exemptCount, volume };
}

/**
 * All that a run has left which was stopped in the middle; null: nothing. What it had read and decided is stale by the time
 * another run resumes it, and is then read again.
 */
export function unfinishedState({ heldBack, state }: SweepCheckpoint): SweepState | null {
  const { sources, chunks } = heldBack ?? state;
  const left = { ...state, sources, chunks };
  return isCompleted(left) && left.decided.length === 0 ? null : left;
}

const keyOf = (rules: string): string => createHash('sha256').update(rules).digest('base64url').slice(0, 16);
