/** Where a text stops being JSON, counted from 1, and what is wrong there. */
export type JsonError = { readonly line: number; readonly column: number; readonly problem: string };

/** What may come next. `…First`: a list or object has just been opened, so it may also be closed. */
type Expected = 'value' | 'valueFirst' | 'name' | 'nameFirst' | 'colon' | 'more' | 'end';

const BLANKS = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;

/**
 * The first thing in the text that is not JSON; null when all of it is JSON. JSON.parse itself decides what is accepted, but
 * tells the position of some mistakes only.
 */
export function locateJsonError(text: string): JsonError | null {
  const open: string[] = [];
  let expected: Expected = 'value';
  for (let at = skip(BLANKS, text, 0); ; at = skip(BLANKS, text, at)) {
    const char = text[at];
    if (char === undefined && expected === 'end') return null;
    const next = step(text, at, expected, open);
    if (next === null) return locate(text, at, problemAt(text, at, expected, open));
    ({ at, expected } = next);
  }
}

/** Reads one token; null: there is none, or it is not allowed here. */
function step(text: string, at: number, expected: Expected, open: string[]): { at: number; expected: Expected } | null {
  const char = text[at] ?? '';
  const after = (): Expected => (open.length === 0 ? 'end' : 'more');
  if (closes(char, expected, open)) {
    open.pop();
    return { at: at + 1, expected: after() };
  }
  switch (expected) {
    case 'colon':
      return char === ':' ? { at: at + 1, expected: 'value' } : null;
    case 'more':
      return char === ',' ? { at: at + 1, expected: open.at(-1) === '{' ? 'name' : 'value' } : null;
    case 'name':
    case 'nameFirst': {
      const end = skip(STRING, text, at);
      return end > at ? { at: end, expected: 'colon' } : null;
    }
    case 'value':
    case 'valueFirst': {
      if (char === '{' || char === '[') {
        open.push(char);
        return { at: at + 1, expected: char === '{' ? 'nameFirst' : 'valueFirst' };
      }
      const end = Math.max(skip(STRING, text, at), skip(SCALAR, text, at));
      return end > at ? { at: end, expected: after() } : null;
    }
    case 'end':
      return null;
  }
}

function closes(char: string, expected: Expected, open: readonly string[]): boolean {
  const closing = open.at(-1) === '{' ? '}' : ']';
  return open.length > 0 && char === closing && ['more', 'nameFirst', 'valueFirst'].includes(expected);
}

/** Where a match of the pattern at `at` ends; `at` when there is none. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}

function problemAt(text: string, at: number, expected: Expected, open: readonly string[]): string {
  const char = text[at];
  const closing = open.at(-1) === '{' ? '}' : ']';
  if (char === undefined) return open.length > 0 ? `the text ends before its last "${closing}"` : 'a value is missing';
  if (/\/[/*]|#/y.test(text.slice(at, at + 2))) return 'comments are not allowed in JSON';
  if (/['‘’“”„]/.test(char)) return 'texts and names must be in double quotes: "…"';
  if (char === closing && text.slice(0, at).trimEnd().endsWith(',')) return `there is an extra comma before "${char}"`;
  if (char === '"' && expected !== 'more' && expected !== 'colon' && expected !== 'end')
    return 'this text is not closed on its line, or has an invalid "\\"';
  switch (expected) {
    case 'more':
      return `a comma or "${closing}" is missing before this`;
    case 'colon':
      return 'a colon is missing before this';
    case 'end':
      return 'the JSON ends before this';
    case 'name':
    case 'nameFirst':
      return 'the name of a field, in double quotes, is expected here';
    case 'value':
    case 'valueFirst':
      return 'a value is expected here: a number, true, false, null, "…", […] or {…}';
  }
}

function locate(text: string, at: number, problem: string): JsonError {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, problem };
}
