import { styleText } from 'node:util';
import type { Status } from '../../jobs/outcome.ts';

const COLOURS: { readonly [status in Status]: 'green' | 'red' | 'yellow' } = {
  unbound: 'green',
  already_unbound: 'green',
  bound: 'green',
  already_bound: 'green',
  skipped: 'yellow',
  refused: 'red',
  failed: 'red',
};

/** Always colours; whether the terminal shows any is decided where tables are printed. */
export const paintStatus = (status: Status, text: string): string =>
  styleText(COLOURS[status], text, { validateStream: false });
