import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';

/** What a function is wired from: that of a deployed stack, of the local one, or of a test. */
export type Runtime = { readonly config: Config; readonly log: Log; readonly clock: Clock };
