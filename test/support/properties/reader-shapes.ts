/** A text of about `size` characters that could make a careless reader slow. */
export type Shape = readonly [name: string, textOfSize: (size: number) => string];

/** Bodies of a form. */
export const FORM_SHAPES: readonly Shape[] = [
  ['pairs', (size) => 'a&'.repeat(size / 2)],
  ['ampersands', (size) => '&'.repeat(size)],
  ['one long name', (size) => `${'a'.repeat(size)}=1`],
  ['one name without a value', (size) => 'a'.repeat(size)],
  ['opening brackets', (size) => '['.repeat(size)],
  ['closed brackets', (size) => `a${'[]'.repeat(size / 2)}=1`],
  ['names and closed brackets in turn', (size) => 'a[]'.repeat(size / 3)],
  ['open and closed brackets in turn', (size) => `a${'[a]['.repeat(size / 4)}`],
  ['percent signs', (size) => `a=${'%'.repeat(size)}`],
  ['encoded signs', (size) => `a=${'%41'.repeat(Math.floor(size / 3))}`],
  ['plus signs', (size) => `a=${'+'.repeat(size)}`],
  ['equals signs', (size) => '='.repeat(size)],
  ['items of one list', (size) => 'a[]=&'.repeat(size / 32)],
  ['items of one list with values', (size) => 'a[]=1&'.repeat(size / 32)],
  ['deep names', (size) => 'a[b][c][d][e][f][g]=1&'.repeat(size / 32)],
];

/** The properties of a robot, which are read one after the other until one is not understood. */
export const PROPERTIES = ['activity_id', 'element', 'activity_types', 'completed_only'] as const;

/** Values of a robot's properties. */
export const PROPERTY_SHAPES: readonly Shape[] = [
  ['ids', (size) => '1,'.repeat(size / 2)],
  ['opening brackets', (size) => '['.repeat(size)],
  ['closing brackets inside a text', (size) => `a${']'.repeat(size)}b`],
  ['quotes', (size) => '"'.repeat(size)],
  ['blanks before a text', (size) => `${' '.repeat(size)}x`],
  ['blanks inside a text', (size) => `1${' '.repeat(size)}x`],
  ['titles', (size) => `${'a '.repeat(size / 2)}[1`],
  ['titles without an id', (size) => `${'a '.repeat(size / 2)}[`],
  ['digits', (size) => '1'.repeat(size)],
];

/** Two sizes for each, eight times apart. */
export const RATIO = 8;
export const FORM_SIZE = 2_000;
export const PROPERTY_SIZE = 1_000;
