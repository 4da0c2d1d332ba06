import { type RulesReading, readRules } from '../../cleanup/rules/read-rules.ts';
import type { Rule } from '../../cleanup/rules/rule.ts';
import { MOST_RULES_KB } from '../policy.ts';
import { grouped } from '../terminal/format.ts';
import { parseRulesJson } from './parse-rules-json.ts';

/** Rules that somebody wants to set, and the JSON that is stored for them. */
export type RulesFile =
  | { readonly kind: 'rules'; readonly json: string; readonly rules: readonly Rule[] }
  | (RulesReading & { readonly kind: 'rejected' });

export function readRulesFile(text: string): RulesFile {
  const read = parseRulesJson(text);
  if (read.kind === 'problem') return { kind: 'rejected', problems: [read.problem] };
  const json = JSON.stringify(read.value);
  const kilobytes = Math.ceil(Buffer.byteLength(json) / 1024);
  if (kilobytes > MOST_RULES_KB) {
    const problem = `The rules of a portal may take ${MOST_RULES_KB} KB in all, and these take ${grouped(kilobytes)} KB.`;
    return {
      kind: 'rejected',
      problems: [`${problem} Long lists of ids take the most space: try the opposite list, or fewer ids`],
    };
  }
  const reading = readRules(json);
  return reading.kind === 'rejected' ? reading : { kind: 'rules', json, rules: reading.rules };
}
