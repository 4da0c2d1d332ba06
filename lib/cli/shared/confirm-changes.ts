import { counted } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import { NO_TERMINAL } from '../terminal/terminal.ts';
import type { CommandContext } from './command-context.ts';

/** So many bindings are changed without a question. */
const UNASKED = 10;

export type Consent = {
  /** What is about to happen, as a sentence without its end. */
  readonly what: string;
  /** How many bindings change at most; null: nobody knows before. */
  readonly bindings: number | null;
  readonly yes: boolean;
};

/** Whether to go ahead: a person is asked before many bindings change. Where nobody can be asked, `--yes` has to be passed. */
export async function confirmChanges(
  { what, bindings, yes }: Consent,
  { terminal = NO_TERMINAL }: CommandContext,
  out: Out,
): Promise<boolean> {
  if (yes || (bindings !== null && bindings <= UNASKED)) return true;
  const range = bindings === null ? what : `${what}: ${counted(bindings, 'binding')}`;
  if (terminal.ask === null) {
    out.say(`${range}. There is nobody to ask here: pass --yes to do it. Nothing was changed.`);
    return false;
  }
  const answer = await terminal.ask(`${range}. Go ahead? [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return true;
  out.say('Nothing was changed.');
  return false;
}
