/** A fault put into the code on purpose, which the tests must notice. `from` must occur exactly once in the file. */
export type Mutant = {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Which tests should notice: path patterns of jest. */
  readonly tests: readonly string[];
};
