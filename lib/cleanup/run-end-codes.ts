/** Why a run ended before it was through, as the code of its job: a person said so, or its schedule gives it no more time. */
export const STOPPED = 'STOPPED';
export const TIME_IS_UP = 'TIME_IS_UP';
/** The rules of a sweep are not wanted any more as they were when it began. */
export const RULES_CHANGED = 'RULES_CHANGED';
/** The plan that was to be applied is there no longer, or its items are not. */
export const PLAN_GONE = 'PLAN_NOT_FOUND';
/** The plan that was to be gone on with cannot be: others have gone on with it, or begun another one. */
export const PLACE_GONE = 'PLACE_GONE';
