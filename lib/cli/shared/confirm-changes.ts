import { MOST_UNCONFIRMED_BINDINGS } from '../policy.ts';
import { counted } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import { NO_TERMINAL } from '../terminal/terminal.ts';
import type { CommandContext } from './command-context.ts';

export type Consent = {
  /** What is about to happen, as a sentence without its full stop. */
  readonly what: string;
  /** How many bindings change at most; null: not known beforehand. */
  readonly bindings: number | null;
  readonly yes: boolean;
};

/** Whether to go ahead: a person is asked before many bindings change. A script has to pass `--yes`. */
export async function confirmChanges(
  { what, bindings, yes }: Consent,
  { terminal = NO_TERMINAL }: CommandContext,
  out: Out,
): Promise<boolean> {
  if (yes || (bindings !== null && bindings <= MOST_UNCONFIRMED_BINDINGS)) return true;
  const range = bindings === null ? what : `${what}: ${counted(bindings, 'binding')}`;
  if (terminal.ask === null) {
    out.say(`${range}. Not interactive: pass --yes to confirm. Nothing was changed.`);
    return false;
  }
  const answer = await terminal.ask(`${range}. Go ahead? [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return true;
  out.say('Nothing was changed.');
  return false;
}
