import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { counted } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import { rulesGiven } from './read-rules-file.ts';
import { ruleRemarks } from './rule-warnings.ts';

/** Says what is wrong with rules, without a portal: done only if they could be set. */
export async function rulesCheck(text: string, out: Out): Promise<ExitCode> {
  const given = rulesGiven(text);
  if (given.kind === 'rejected') {
    for (const problem of given.problems) out.record({ status: 'rejected', problem }, problem);
    return EXIT.notDone;
  }
  const count = given.rules.length;
  const enabled = given.rules.filter((rule) => rule.enabled).length;
  const remarks = ruleRemarks(given.rules);
  const well = remarks.length === 0 ? 'all is well' : 'they can be set';
  out.record(
    { status: 'ok', rules: count, enabled, remarks },
    `${well}: ${counted(count, 'rule')}, ${enabled} switched on`,
  );
  for (const remark of remarks) out.say(remark);
  return EXIT.done;
}
