import { readRules } from '../cleanup/read-rules.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Out } from './out.ts';
import { rulesText } from './rules-text.ts';

/** Says what is wrong with rules, without a portal: done only if they could be set. */
export async function rulesCheck(text: string, out: Out): Promise<ExitCode> {
  const reading = readRules(rulesText(text));
  if (reading.kind === 'rejected') {
    for (const problem of reading.problems) out.record({ status: 'rejected', problem }, problem);
    return EXIT.notDone;
  }
  const count = reading.rules.length;
  const enabled = reading.rules.filter((rule) => rule.enabled).length;
  out.record({ status: 'ok', rules: count, enabled }, `all is well: ${count} rules, ${enabled} switched on`);
  return EXIT.done;
}
