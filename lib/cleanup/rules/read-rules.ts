import * as z from 'zod/mini';
import { MOST_RULES } from '../policy.ts';
import { ELEMENT_TYPES, elementTypeName, hasPipelines, hasStages, tellsWhenClosed } from './element-type.ts';
import { MOST_DAYS, type Rule, ruleSchema, STAGES } from './rule.ts';

export type RulesReading =
  | { readonly kind: 'rules'; readonly rules: readonly Rule[] }
  | { readonly kind: 'rejected'; readonly problems: readonly string[] };

type Issue = { readonly code?: string; readonly path: readonly PropertyKey[]; readonly keys?: readonly string[] };

const A_LIST = 'The rules are a list: [{"name": …, "element": …}, …]';

const SELECTION = '{"include": [id, …]} or {"exclude": [id, …]}, with at least one id; ids are numbers without quotes';
const DAYS = `a number of days from 0 to ${MOST_DAYS}, without quotes`;
const TYPES = 'a list of call, email, meeting, todo, task or provider ids, each in quotes';

/** What each field accepts. */
const ACCEPTED: { readonly [field: string]: string } = {
  '': 'an object with "name", "element" and, if wanted, "description", "enabled", "when", "activities"',
  name: '1 to 64 letters, digits, "-" or "_"',
  description: 'a text of at most 200 characters',
  enabled: 'true or false',
  element: ELEMENT_TYPES,
  when: 'an object of "stage", "pipelines", "closedForDays", "responsible", "missing", "alsoBoundTo"',
  'when.stage': `${STAGES.join(', ')}, or a list of them`,
  'when.pipelines': SELECTION,
  'when.closedForDays': DAYS,
  'when.responsible': SELECTION,
  'when.missing': 'true',
  'when.alsoBoundTo': `a list of ${ELEMENT_TYPES}`,
  activities: 'an object of "completed", "types", "olderThanDays", "responsible"',
  'activities.completed': 'true or false',
  'activities.types': TYPES,
  'activities.olderThanDays': DAYS,
  'activities.responsible': SELECTION,
};

/** Parses a portal's list of rules. Each problem names the rule, the field and what is accepted. */
export function readRules(json: string): RulesReading {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return rejected([`The rules are not JSON. ${A_LIST}`]);
  }
  if (!Array.isArray(value)) return rejected([A_LIST]);
  if (value.length > MOST_RULES)
    return rejected([`A portal has at most ${MOST_RULES} rules, and these are ${value.length}`]);
  const parsed = z.array(ruleSchema).safeParse(value);
  if (!parsed.success) return rejected(parsed.error.issues.map((issue) => problemOf(issue, value)));

  const problems = [...parsed.data.flatMap(contradictions), ...namesakes(parsed.data)];
  return problems.length > 0 ? rejected(problems) : { kind: 'rules', rules: parsed.data };
}

const rejected = (problems: readonly string[]): RulesReading => ({
  kind: 'rejected',
  problems: [...new Set(problems)],
});

function problemOf(issue: Issue, rules: readonly unknown[]): string {
  const [index, ...path] = issue.path;
  const rule = ruleName(rules[Number(index)], Number(index));
  if (issue.code === 'unrecognized_keys') return unknownFields(rule, path, issue.keys ?? []);
  const field = knownField(path);
  const where = field === '' ? 'as a whole' : `field "${field}"`;
  return `${rule}, ${where}: must be ${ACCEPTED[field] ?? ''}`;
}

function unknownFields(rule: string, path: readonly PropertyKey[], keys: readonly string[]): string {
  const field = knownField(path);
  const names = keys.map((key) => `"${[...(field === '' ? [] : [field]), key].join('.')}"`).join(', ');
  return `${rule}, field ${names}: is not known; ${field === '' ? 'a rule' : `"${field}"`} must be ${ACCEPTED[field] ?? ''}`;
}

/** The longest part of the path that names a field: `when.pipelines.include.0` → `when.pipelines`. */
function knownField(path: readonly PropertyKey[]): string {
  const names = path.map(String);
  while (names.length > 0 && ACCEPTED[names.join('.')] === undefined) names.pop();
  return names.join('.');
}

function ruleName(rule: unknown, index: number): string {
  const name: unknown = typeof rule === 'object' && rule !== null ? Reflect.get(rule, 'name') : undefined;
  return typeof name === 'string' ? `Rule "${name}"` : `Rule number ${index + 1}`;
}

/** Conditions that are valid on their own, but can never hold together. */
function contradictions({ name, element, when }: Rule): string[] {
  const say = (field: string, text: string): string => `Rule "${name}", field "when.${field}": ${text}`;
  const type = elementTypeName(element);
  const problems: string[] = [];
  if (when.stage !== undefined && !hasStages(element)) problems.push(say('stage', `a ${type} has no stages`));
  if (when.pipelines !== undefined && !hasPipelines(element))
    problems.push(say('pipelines', `a ${type} has no pipelines; deal, smart_invoice and dynamic_<type id> have`));
  const closed = when.stage?.every((stage) => stage !== 'process') ?? false;
  if (when.closedForDays !== undefined && !closed)
    problems.push(say('closedForDays', 'needs "stage" to be success, failed, or both'));
  if (when.closedForDays !== undefined && !tellsWhenClosed(element))
    problems.push(say('closedForDays', `Bitrix24 does not say when a ${type} was closed`));
  const ofElement = when.stage ?? when.pipelines ?? when.closedForDays ?? when.responsible;
  if (when.missing === true && ofElement !== undefined)
    problems.push(say('missing', 'an element that is missing has no stage, pipeline, closing or responsible user'));
  return problems;
}

function namesakes(rules: readonly Rule[]): string[] {
  const names = rules.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? [] : [`Two rules are named "${twice}". Give each rule a name of its own.`];
}
