import type { RunEnd } from '../../cleanup/runs/run-store.ts';

/** The words of earlier releases: histories and plans that hold them are kept for months. */
const RENAMED: ReadonlyMap<string, RunEnd> = new Map([
  ['through', 'completed'],
  ['time_is_up', 'time_limit'],
  ['place_gone', 'checkpoint_lost'],
]);

/** Why a run ended, as this release or an earlier one has stored it. */
export const readRunEnd = (stored: string): RunEnd => RENAMED.get(stored) ?? (stored as RunEnd); // written by our stores alone
