import { type RulesReading, readRules } from '../../cleanup/rules/read-rules.ts';
import type { Rule } from '../../cleanup/rules/rule.ts';
import { grouped } from '../terminal/format.ts';
import { readRulesText } from './parse-rules-json.ts';

/** Rules that somebody hands in, and the JSON that is stored of them. */
export type RulesGiven =
  | { readonly kind: 'rules'; readonly json: string; readonly rules: readonly Rule[] }
  | (RulesReading & { readonly kind: 'rejected' });

/** An item of DynamoDB holds 400 KB, and a run keeps the rules in one beside its place in the portal. */
const MOST_KB = 100;

export function rulesGiven(text: string): RulesGiven {
  const read = readRulesText(text);
  if (read.kind === 'problem') return { kind: 'rejected', problems: [read.problem] };
  const json = JSON.stringify(read.value);
  const kilobytes = Math.ceil(Buffer.byteLength(json) / 1024);
  if (kilobytes > MOST_KB) {
    const problem = `The rules of a portal may take ${MOST_KB} KB in all, and these take ${grouped(kilobytes)} KB.`;
    return {
      kind: 'rejected',
      problems: [`${problem} Long lists of ids take most: try the opposite list, or fewer ids`],
    };
  }
  const reading = readRules(json);
  return reading.kind === 'rejected' ? reading : { kind: 'rules', json, rules: reading.rules };
}
