import type { RunEnd } from './run-store.ts';

/**
 * The job's code for a run that ended before it was completed; otherwise the job holds Bitrix24's code, if any. These codes
 * are stored in jobs and shown as `code`, so they keep their names where the end has a new one.
 */
const CODES = {
  stopped: 'STOPPED',
  time_limit: 'TIME_IS_UP',
  rules_changed: 'RULES_CHANGED',
  plan_gone: 'PLAN_NOT_FOUND',
  checkpoint_lost: 'PLACE_GONE',
} as const satisfies { readonly [why in RunEnd]?: string };

type Early = keyof typeof CODES;

export const STOPPED = CODES.stopped;
export const PLAN_NOT_FOUND = CODES.plan_gone;

/** The job's code for a run that ended like that; null: that end has no code of its own. */
export const codeOfEnd = (why: RunEnd): string | null => (isEarly(why) ? CODES[why] : null);

/** How a run with this code of its job ended; null: the code is not about an end. */
export const endOfCode = (code: string): Early | null => ENDS.find((why) => CODES[why] === code) ?? null;

const ENDS = Object.keys(CODES) as Early[]; // its own keys

const isEarly = (why: RunEnd): why is Early => Object.hasOwn(CODES, why);
