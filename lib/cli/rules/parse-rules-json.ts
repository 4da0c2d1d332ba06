import { jsonProblem } from './locate-json-error.ts';

/** What people have written as rules: a JSON value, or what is wrong with the text. */
export type RulesText =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'problem'; readonly problem: string };

const A_LIST = 'A list of rules is wanted: [{"name": …, "element": …}, …]';

/** Reads a JSON list of rules, or one rule a line. */
export function readRulesText(text: string): RulesText {
  // Editors of Windows begin a file with a mark of its encoding.
  const given = text.replace(/^\ufeff/, '');
  if (given.trim() === '') return problem(`There is nothing in it. ${A_LIST}`);
  const value = parsed(given) ?? ofLines(given);
  if (value === undefined) return problem(positionOf(given));
  if (!isObject(value)) return { kind: 'json', value };
  if (Array.isArray(Reflect.get(value, 'rules'))) return problem(`${A_LIST}, without {"rules": …} around it`);
  return { kind: 'json', value: [value] };
}

const problem = (text: string): RulesText => ({ kind: 'problem', problem: text });

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** undefined: it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const linesIn = (text: string) =>
  text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [{ line, number: index + 1 }]));

/** undefined: not each line is JSON. */
function ofLines(text: string): unknown[] | undefined {
  const values = linesIn(text).map(({ line }) => parsed(line));
  return values.includes(undefined) ? undefined : values;
}

/** A rule a line was meant if the first line is one. */
function positionOf(text: string): string {
  const lines = linesIn(text);
  const byLine = isObject(parsed(lines[0]?.line ?? ''));
  const wrong = byLine ? lines.find(({ line }) => parsed(line) === undefined) : { line: text, number: 1 };
  const found = wrong === undefined ? null : jsonProblem(wrong.line);
  if (wrong === undefined || found === null) return `This is not JSON. ${A_LIST}`;
  return `Line ${found.line + wrong.number - 1}, column ${found.column}: ${found.problem}`;
}
