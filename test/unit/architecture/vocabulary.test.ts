import { describe, expect, it } from '@jest/globals';
import { declaredNames, wordsOf } from '../../support/architecture/declared-names.ts';
import { readSource, sourceFiles } from '../../support/architecture/source-tree.ts';

/**
 * Private words that the field has better ones for, with those (docs/glossary.md). Whole words of a name, singular or plural.
 * Names of properties are not looked at: what is stored keeps its old words.
 */
const OLD_WORDS: readonly (readonly [old: RegExp, standard: string])[] = [
  [/\bbells?\b|\b(?:ring|rings|rang|rung|ringing)\b/, 'wake-up, wake'],
  [/\bclaims?\b/, 'lock'],
  [/\bplaces?\b|\bcursors?\b/, 'checkpoint'],
  [/\bslices?\b/, 'intent'],
  [/\btrials?\b/, 'attempt'],
  [/\bturns?\b|\brounds?\b/, 'request'],
  [/^pass(?:es)?$|\bsweep pass(?:es)?\b|\bpass(?:es)? of\b/, 'query'],
  [/\bextents?\b/, 'volume'],
  [/\bshares?\b/, 'progress, allotment, part'],
  [/\bstandings?\b/, 'status'],
  [/\bspared?\b/, 'exempt'],
  [/\bweigh(?:ed|s)?\b/, 'evaluate'],
  [/\bthrough\b/, 'completed'],
  [/\bverdicts?\b|\bjudge(?:s|ment|ments)?\b/, 'error policy, decision'],
  [/\bmeans\b/, 'deps'],
  [/\bworlds?\b/, 'runtime, crm'],
  [/\bkept (?:offers?|grants?|list)\b|\bunconfirmed grants?\b/, 'pending grant'],
  [/\bgone on\b/, 'resumed'],
  [/\bengines?\b/, 'worker'],
];

const files = sourceFiles('lib', 'functions', 'scripts', 'test');

/** The old word in a name, with what to say instead; null: there is none. */
function oldWordIn(name: string): string | null {
  const words = wordsOf(name);
  const [, standard] = OLD_WORDS.find(([old]) => old.test(words)) ?? [];
  return standard === undefined ? null : `${name}: say ${standard}`;
}

const oldWordsIn = (names: readonly string[]): string[] => names.flatMap((name) => oldWordIn(name) ?? []);

describe('the vocabulary', () => {
  it('of files and folders is the field’s', () => {
    const names = new Set(files.flatMap((file) => file.split('/')));

    expect(oldWordsIn([...names])).toEqual([]);
  });

  it('of types and functions is the field’s', () => {
    const found = files.flatMap((file) =>
      oldWordsIn(declaredNames(readSource(file))).map((text) => `${file}: ${text}`),
    );

    expect(found).toEqual([]);
  });

  it.each([
    'sqs-bells.ts',
    'ringPortal',
    'PortalClaim',
    'RunMeans',
    'sweepPasses',
    'MOST_TURNS',
    'createWorld',
    'keptOffers',
  ])('takes %s for an old word', (name) => {
    expect(oldWordIn(name)).not.toBeNull();
  });

  it.each([
    'placement.ts',
    'replaceAll',
    'placeholder',
    'SecretString',
    'sharedStack',
    'cloneJob',
    'passage',
    'worldwide',
    'meanTime',
    'turnkey',
    'background',
    'engineering',
    'withThroughput',
    'anHourPasses',
    'letAnHourPass',
    'ClaimedIdentity',
  ])('takes %s for none', (name) => {
    expect(oldWordIn(name)).toBeNull();
  });

  it('is looked for in every form of declaration', () => {
    const source = [
      'export type One = string;',
      'interface Two {}',
      'export abstract class Three {}',
      'export async function four() {}',
      'function* five() {}',
      'export const six = (a: number): number => a;',
      'const seven = async <T>(value: T) => value;',
      'const eight: Deliver = (call) => call;',
      'const nine = one => one;',
      'const notOne = ten();',
    ].join('\n');

    expect(declaredNames(source).sort()).toEqual(
      ['One', 'Two', 'Three', 'four', 'five', 'six', 'seven', 'eight', 'nine'].sort(),
    );
  });
});
