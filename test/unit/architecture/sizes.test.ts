import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readSource } from '../../support/architecture/source-tree.ts';

const MOST_LINES = 200;
const MOST_LINES_OF_A_TEST = 250;
/** Of files side by side: as many as a reader takes in at a glance. */
const MOST_FILES = 20;

const root = `${import.meta.dirname}/../../..`;
const filesIn = (pattern: string): string[] => globSync(pattern, { cwd: root }).sort();
const linesOf = (file: string): number => readSource(file).trimEnd().split('\n').length;

describe('size', () => {
  it.each([
    ['the code', '{lib,functions,scripts}/**/*.{ts,mjs}', MOST_LINES],
    ['the tests', 'test/**/*.{ts,mjs}', MOST_LINES_OF_A_TEST],
  ])('of the files of %s is at most a few screens', (_name, pattern, most) => {
    const long = filesIn(pattern)
      .map((file) => ({ file, lines: linesOf(file) }))
      .filter(({ lines }) => lines > most);

    expect(long).toEqual([]);
  });

  it('of folders is at most what a reader takes in at a glance', () => {
    const folders = Map.groupBy(filesIn('{lib,functions,test,scripts,events,docs}/**/*.*'), (file) => dirname(file));
    const full = [...folders].filter(([, files]) => files.length > MOST_FILES);

    expect(full.map(([folder, files]) => ({ folder, files: files.length }))).toEqual([]);
  });
});
