/** A fault put into the code on purpose: the suite must notice. `from` stands exactly once in the file. */
export type Mutant = {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Where the tests are that should notice: paths of jest. */
  readonly tests: readonly string[];
};
