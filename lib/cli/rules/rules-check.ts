import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { counted } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import { readRulesFile } from './read-rules-file.ts';
import { ruleWarnings } from './rule-warnings.ts';

/** Reports what is wrong with rules, without a portal: done only if they could be set. */
export async function rulesCheck(text: string, out: Out): Promise<ExitCode> {
  const given = readRulesFile(text);
  if (given.kind === 'rejected') {
    for (const problem of given.problems) out.record({ status: 'rejected', problem }, problem);
    return EXIT.notDone;
  }
  const count = given.rules.length;
  const enabled = given.rules.filter((rule) => rule.enabled).length;
  const remarks = ruleWarnings(given.rules);
  const summary = remarks.length === 0 ? 'no problems found' : 'the rules can be set';
  out.record(
    { status: 'ok', rules: count, enabled, remarks },
    `${summary}: ${counted(count, 'rule')}, ${enabled} enabled`,
  );
  for (const remark of remarks) out.say(remark);
  return EXIT.done;
}
