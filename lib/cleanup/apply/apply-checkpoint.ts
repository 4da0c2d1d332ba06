import type { Checkpoint } from '../../jobs/job.ts';
import type { Plan } from '../runs/plan-store.ts';

/** How far a run has applied a plan. Items before `next` are passed, those before `checkedTo` checked at `checkedAt` (ms). */
export type ApplyCheckpoint = {
  readonly next: number;
  readonly checkedTo: number;
  readonly checkedAt: number;
  /** How long one call of that check took, ms; 0: not known yet. */
  readonly callMs: number;
  /** Items from `next` on that are left alone, and why. */
  readonly skips: { readonly [item: string]: string };
  /** How many items are completed, by this run and earlier ones. */
  readonly done: number;
  /** The first item that could not be read: the next run begins there; null: none. */
  readonly unread: number | null;
  /** Bitrix24's code for what could not be read. */
  readonly refusal: string | null;
  /** Whether earlier runs have passed items beyond the one where this run began. */
  readonly again: boolean;
};

export const initialCheckpoint = ({ next, done }: Plan): ApplyCheckpoint => ({
  next,
  checkedTo: next,
  checkedAt: 0,
  callMs: 0,
  skips: {},
  done,
  unread: null,
  refusal: null,
  again: next < done,
});

export function encodeCheckpoint({ skips, ...rest }: ApplyCheckpoint): Checkpoint {
  const ahead = Object.entries(skips).filter(([item]) => Number(item) >= rest.next);
  return { ...rest, skips: JSON.stringify(Object.fromEntries(ahead)) };
}

/** Checkpoints of earlier releases do not say what could not be read, and count all passed items as completed. */
export function readApplyCheckpoint(stored: Checkpoint | null): ApplyCheckpoint | null {
  if (stored === null) return null;
  return {
    next: Number(stored.next),
    checkedTo: Number(stored.checkedTo),
    checkedAt: Number(stored.checkedAt),
    callMs: Number(stored.callMs),
    skips: JSON.parse(String(stored.skips)) as ApplyCheckpoint['skips'], // written above
    done: Number(stored.done ?? stored.next),
    unread: typeof stored.unread === 'number' ? stored.unread : null,
    refusal: typeof stored.refusal === 'string' ? stored.refusal : null,
    again: stored.again === true,
  };
}
