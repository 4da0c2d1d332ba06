/** Where a text stops being JSON, counted from 1, and what is wrong there. */
export type JsonProblem = { readonly line: number; readonly column: number; readonly problem: string };

/** What may come next. `…First`: the list or object has just begun, so that it may also end. */
type Awaited = 'value' | 'valueFirst' | 'name' | 'nameFirst' | 'colon' | 'more' | 'end';

const BLANKS = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;

/**
 * The first thing in the text that is not JSON; null when it is JSON. JSON.parse itself decides what is accepted: it says
 * where something is wrong for some mistakes only.
 */
export function jsonProblem(text: string): JsonProblem | null {
  const open: string[] = [];
  let awaited: Awaited = 'value';
  for (let at = skip(BLANKS, text, 0); ; at = skip(BLANKS, text, at)) {
    const char = text[at];
    if (char === undefined && awaited === 'end') return null;
    const next = step(text, at, awaited, open);
    if (next === null) return locate(text, at, problemAt(text, at, awaited, open));
    ({ at, awaited } = next);
  }
}

/** One token; null: it is none, or not the one that may come here. */
function step(text: string, at: number, awaited: Awaited, open: string[]): { at: number; awaited: Awaited } | null {
  const char = text[at] ?? '';
  const after = (): Awaited => (open.length === 0 ? 'end' : 'more');
  if (closes(char, awaited, open)) {
    open.pop();
    return { at: at + 1, awaited: after() };
  }
  switch (awaited) {
    case 'colon':
      return char === ':' ? { at: at + 1, awaited: 'value' } : null;
    case 'more':
      return char === ',' ? { at: at + 1, awaited: open.at(-1) === '{' ? 'name' : 'value' } : null;
    case 'name':
    case 'nameFirst': {
      const end = skip(STRING, text, at);
      return end > at ? { at: end, awaited: 'colon' } : null;
    }
    case 'value':
    case 'valueFirst': {
      if (char === '{' || char === '[') {
        open.push(char);
        return { at: at + 1, awaited: char === '{' ? 'nameFirst' : 'valueFirst' };
      }
      const end = Math.max(skip(STRING, text, at), skip(SCALAR, text, at));
      return end > at ? { at: end, awaited: after() } : null;
    }
    case 'end':
      return null;
  }
}

function closes(char: string, awaited: Awaited, open: readonly string[]): boolean {
  const closing = open.at(-1) === '{' ? '}' : ']';
  return open.length > 0 && char === closing && ['more', 'nameFirst', 'valueFirst'].includes(awaited);
}

/** Where the pattern ends that begins at `at`; `at` when there is none. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}

function problemAt(text: string, at: number, awaited: Awaited, open: readonly string[]): string {
  const char = text[at];
  const closing = open.at(-1) === '{' ? '}' : ']';
  if (char === undefined) return open.length > 0 ? `the text ends before its last "${closing}"` : 'a value is missing';
  if (/\/[/*]|#/y.test(text.slice(at, at + 2))) return 'comments are not allowed in JSON';
  if (/['‘’“”„]/.test(char)) return 'texts and names stand in double quotes: "…"';
  if (char === closing && text.slice(0, at).trimEnd().endsWith(','))
    return `there is a comma too many before "${char}"`;
  if (char === '"' && awaited !== 'more' && awaited !== 'colon' && awaited !== 'end')
    return 'this text does not end in its line, or has a "\\" too many';
  switch (awaited) {
    case 'more':
      return `a comma or "${closing}" is missing before this`;
    case 'colon':
      return 'a colon is missing before this';
    case 'end':
      return 'the JSON has ended before this';
    case 'name':
    case 'nameFirst':
      return 'the name of a field, in double quotes, is wanted here';
    case 'value':
    case 'valueFirst':
      return 'a value is wanted here: a number, true, false, null, "…", […] or {…}';
  }
}

function locate(text: string, at: number, problem: string): JsonProblem {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, problem };
}
