import { locateJsonError } from './locate-json-error.ts';

/** The JSON value of rules that a person has written, or what is wrong with the text. */
export type RulesJson =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'problem'; readonly problem: string };

const A_LIST = 'A list of rules is expected: [{"name": …, "element": …}, …]';

/** Reads a JSON list of rules, or one rule per line. */
export function parseRulesJson(text: string): RulesJson {
  // Windows editors start a file with a byte order mark.
  const given = text.replace(/^\ufeff/, '');
  if (given.trim() === '') return problem(`The text is empty. ${A_LIST}`);
  const value = parsed(given) ?? ofLines(given);
  if (value === undefined) return problem(positionOf(given));
  if (!isObject(value)) return { kind: 'json', value };
  if (Array.isArray(Reflect.get(value, 'rules'))) return problem(`${A_LIST}, without {"rules": …} around it`);
  return { kind: 'json', value: [value] };
}

const problem = (text: string): RulesJson => ({ kind: 'problem', problem: text });

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** undefined: it is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const linesIn = (text: string) =>
  text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [{ line, number: index + 1 }]));

/** undefined: some line is not JSON. */
function ofLines(text: string): unknown[] | undefined {
  const values = linesIn(text).map(({ line }) => parsed(line));
  return values.includes(undefined) ? undefined : values;
}

/** One rule per line was meant if the first line is one. */
function positionOf(text: string): string {
  const lines = linesIn(text);
  const byLine = isObject(parsed(lines[0]?.line ?? ''));
  const wrong = byLine ? lines.find(({ line }) => parsed(line) === undefined) : { line: text, number: 1 };
  const found = wrong === undefined ? null : locateJsonError(wrong.line);
  if (wrong === undefined || found === null) return `This is not JSON. ${A_LIST}`;
  return `Line ${found.line + wrong.number - 1}, column ${found.column}: ${found.problem}`;
}
