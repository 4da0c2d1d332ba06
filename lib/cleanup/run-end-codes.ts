/** Why a run ended before it was through, as the code of its job: a person said so, or its schedule gives it no more time. */
export const STOPPED = 'STOPPED';
export const TIME_IS_UP = 'TIME_IS_UP';
/** The rules of a sweep are not wanted any more as they were when it began. */
export const RULES_CHANGED = 'RULES_CHANGED';
