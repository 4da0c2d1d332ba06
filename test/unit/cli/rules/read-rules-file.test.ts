import { expect, test } from '@jest/globals';
import { readRulesFile } from '../../../../lib/cli/rules/read-rules-file.ts';

const LOST = { name: 'lost', element: 'deal', when: { stage: 'failed' } };
const OLD = { name: 'old', element: 'lead', activities: { olderThanDays: 90 } };

const problemsOf = (text: string): readonly string[] => {
  const given = readRulesFile(text);
  return given.kind === 'rejected' ? given.problems : [];
};

test.each([
  ['a list', JSON.stringify([LOST, OLD], null, 2)],
  ['one rule per line', `${JSON.stringify(LOST)}\r\n\r\n${JSON.stringify(OLD)}\r\n`],
  ['a list after a byte order mark', `\ufeff${JSON.stringify([LOST, OLD])}`],
])('rules are read from %s', (_, text) => {
  expect(readRulesFile(text)).toMatchObject({ kind: 'rules', json: JSON.stringify([LOST, OLD]) });
});

test('a single rule may stand alone, on several lines', () => {
  expect(readRulesFile(JSON.stringify(LOST, null, 2))).toMatchObject({ kind: 'rules', rules: [{ name: 'lost' }] });
});

test('refuses more than can be stored, whatever the layout', () => {
  const withIds = (count: number) => [
    { ...LOST, when: { responsible: { include: Array.from({ length: count }, (_, id) => 100_000 + id) } } },
  ];

  expect(readRulesFile(JSON.stringify(withIds(14_000), null, 2)).kind).toBe('rules');
  expect(problemsOf(JSON.stringify(withIds(15_000)))).toEqual([
    expect.stringContaining('may take 100 KB in all, and these take 103 KB'),
  ]);
});
