import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';

/** What a function is wired from: a deployed stack, the local one, or a test's. */
export type Runtime = { readonly config: Config; readonly log: Log; readonly clock: Clock };
