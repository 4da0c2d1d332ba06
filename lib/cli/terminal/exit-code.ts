/** How the process ends; documented in the help. 75 is `EX_TEMPFAIL` of sysexits.h. */
export const EXIT = { done: 0, notDone: 1, usage: 2, unfinished: 75 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
