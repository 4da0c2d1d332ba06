import type { Checkpoint } from '../../jobs/job.ts';
import type { Plan } from '../runs/plan-store.ts';

/** Where a run is that applies a plan. Items below `next` are passed; those below `checkedTo` were checked at `checkedAt` (ms). */
export type ApplyCheckpoint = {
  readonly next: number;
  readonly checkedTo: number;
  readonly checkedAt: number;
  /** How long a call of that took, ms; 0: not known yet. */
  readonly callMs: number;
  /** Items behind `next` that are left alone, and why. */
  readonly skips: { readonly [item: string]: string };
  /** How many items are through, by this run and those before. */
  readonly done: number;
  /** The first item that could not be read, where the next run begins; null: none. */
  readonly unread: number | null;
  /** Bitrix24's code for what could not be read. */
  readonly refusal: string | null;
  /** Runs before have passed items behind the place where this one began. */
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

export function encodeCheckpoint({ skips, ...place }: ApplyCheckpoint): Checkpoint {
  const ahead = Object.entries(skips).filter(([item]) => Number(item) >= place.next);
  return { ...place, skips: JSON.stringify(Object.fromEntries(ahead)) };
}

/** One that was stored before anything was said of what could not be read has passed what is through. */
export function readApplyCheckpoint(cursor: Checkpoint | null): ApplyCheckpoint | null {
  if (cursor === null) return null;
  return {
    next: Number(cursor.next),
    checkedTo: Number(cursor.checkedTo),
    checkedAt: Number(cursor.checkedAt),
    callMs: Number(cursor.callMs),
    skips: JSON.parse(String(cursor.skips)) as ApplyCheckpoint['skips'], // written above
    done: Number(cursor.done ?? cursor.next),
    unread: typeof cursor.unread === 'number' ? cursor.unread : null,
    refusal: typeof cursor.refusal === 'string' ? cursor.refusal : null,
    again: cursor.again === true,
  };
}
