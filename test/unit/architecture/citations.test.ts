import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** `D§2` and `B§2.1` cite sections, `B§11 14` a numbered fact, `B§10 #9` a row of the table of open questions. */
const CITATION = /\b([BD])§(\d+(?:\.\d+)?)(?: (?:(#\d+)|(?<=§11 )(\d+)))?/g;
const BOOKS: { readonly [letter: string]: string } = { B: 'docs/bitrix24.md', D: 'docs/design.md' };

const root = join(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const citing = globSync(
  ['{lib,functions,scripts,test}/**/*.{ts,mjs,md}', 'docs/**/*.md', 'events/**/*.md', '*.md', '*.yml', '.ci/*'],
  { cwd: root },
)
  .filter((file) => file !== 'test/unit/architecture/citations.test.ts')
  .sort();

/** What a book can be cited for: its sections, its facts and the rows of its tables. */
function citablePartsIn(book: string): ReadonlySet<string> {
  const places = new Set<string>();
  let section = '';
  for (const line of read(book).split('\n')) {
    const [, heading] = /^#{2,3} (\d+(?:\.\d+)?)\.? /.exec(line) ?? [];
    section = heading ?? section;
    places.add(section);
    for (const [, fact] of line.matchAll(/<a id="fact-(\d+)">/g)) places.add(`11 ${fact}`);
    const [, row] = /^\| (\d+) \|/.exec(line) ?? [];
    if (row !== undefined) places.add(`${section} #${row}`);
  }
  return places;
}

function citationsIn(file: string): { readonly book: string; readonly place: string }[] {
  return [...read(file).matchAll(CITATION)].map(([, letter = '', section = '', row, fact]) => ({
    book: BOOKS[letter] ?? '',
    place: [section, row ?? fact].filter((part) => part !== undefined).join(' '),
  }));
}

describe('citations', () => {
  it.each(Object.values(BOOKS))('of %s lead to a section, a fact or a row that it has', (book) => {
    const places = citablePartsIn(book);
    const lost = citing.flatMap((file) =>
      citationsIn(file)
        .filter((cited) => cited.book === book && !places.has(cited.place))
        .map(({ place }) => `${file}: §${place}`),
    );

    expect(lost).toEqual([]);
  });

  it('are found in all their forms', () => {
    const found = [...'D§2, B§2.1; (B§11 14) B§10 #9, B§5.2 3 times'.matchAll(CITATION)].map(([text]) => text);

    expect(found).toEqual(['D§2', 'B§2.1', 'B§11 14', 'B§10 #9', 'B§5.2']);
  });
});
