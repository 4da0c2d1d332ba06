import { expect, test } from '@jest/globals';
import { rulesGiven } from '../../../../lib/cli/rules/read-rules-file.ts';
import { ruleRemarks } from '../../../../lib/cli/rules/rule-warnings.ts';
import { textOf } from '../../../../lib/cli/terminal/read-file-or-stdin.ts';

const LOST = { name: 'lost', element: 'deal', when: { stage: 'failed' } };
const OLD = { name: 'old', element: 'lead', activities: { olderThanDays: 90 } };

const problemsOf = (text: string): readonly string[] => {
  const given = rulesGiven(text);
  return given.kind === 'rejected' ? given.problems : [];
};

test.each([
  ['a list', JSON.stringify([LOST, OLD], null, 2)],
  ['one rule a line', `${JSON.stringify(LOST)}\r\n\r\n${JSON.stringify(OLD)}\r\n`],
  ['a list behind a byte order mark', `\ufeff${JSON.stringify([LOST, OLD])}`],
])('rules are read from %s', (_, text) => {
  expect(rulesGiven(text)).toMatchObject({ kind: 'rules', json: JSON.stringify([LOST, OLD]) });
});

test('a single rule may stand alone, over several lines', () => {
  expect(rulesGiven(JSON.stringify(LOST, null, 2))).toMatchObject({ kind: 'rules', rules: [{ name: 'lost' }] });
});

test('texts of Windows are read whatever their encoding', () => {
  const json = JSON.stringify([LOST]);

  expect(textOf(Buffer.from(`\ufeff${json}`, 'utf16le'))).toBe(json);
  expect(textOf(Buffer.from(`\ufeff${json}`, 'utf8'))).toBe(json);
});

test.each([
  ['an empty file', ' \n', 'There is nothing in it. A list of rules is wanted: [{"name": …, "element": …}, …]'],
  ['a comma too many', '[\n  {"name": "a",}\n]', 'Line 2, column 16: there is a comma too many before "}"'],
  [
    'a mistake in one of the lines',
    `${JSON.stringify(LOST)}\n\n{"name": "b" "element": "deal"}`,
    'Line 3, column 14: a comma or "}" is missing before this',
  ],
  [
    'an object around the list',
    JSON.stringify({ rules: [LOST] }),
    'A list of rules is wanted: [{"name": …, "element": …}, …], without {"rules": …} around it',
  ],
])('of %s one sentence tells what is wrong, and where', (_, text, problem) => {
  expect(problemsOf(text)).toEqual([problem]);
});

test('more than can be stored is refused before it is sent, however it is laid out', () => {
  const withIds = (count: number) => [
    { ...LOST, when: { responsible: { include: Array.from({ length: count }, (_, id) => 100_000 + id) } } },
  ];

  expect(rulesGiven(JSON.stringify(withIds(14_000), null, 2)).kind).toBe('rules');
  expect(problemsOf(JSON.stringify(withIds(15_000)))).toEqual([
    expect.stringContaining('may take 100 KB in all, and these take 103 KB'),
  ]);
});

const remarksOn = (...rules: readonly object[]): readonly string[] => {
  const given = rulesGiven(JSON.stringify(rules));
  return given.kind === 'rules' ? ruleRemarks(given.rules) : given.problems;
};

test('a rule without any condition is remarked on; one condition is enough', () => {
  const bare = { name: 'bare', element: 'deal' };
  const conditions = [
    { when: { alsoBoundTo: ['contact'] } },
    { when: { missing: true } },
    { activities: { types: ['call'] } },
    { activities: { completed: false } },
  ];

  expect(remarksOn(bare)).toEqual([expect.stringContaining('Rule "bare" has no condition: it takes every activity')]);
  expect(conditions.flatMap((condition) => remarksOn({ ...bare, ...condition }))).toEqual([]);
});

test.each([
  ['emial', 'did you mean email?'],
  ['calls', 'did you mean call?'],
  ['Mail', 'did you mean email?'],
  ['fax', 'known are call, email, meeting, todo, task'],
])('the type %s is remarked on: %s', (type, remark) => {
  expect(remarksOn({ ...LOST, activities: { types: [type] } })).toEqual([
    `Rule "lost", field "activities.types": "${type}" is taken for the id of a provider, such as CRM_TODO; ${remark}`,
  ]);
});

test.each(['email', 'EMAIL', 'CRM_TODO', 'VOXIMPLANT_CALL', 'IMOPENLINES_SESSION'])('the type %s is not', (type) => {
  expect(remarksOn({ ...LOST, activities: { types: [type] } })).toEqual([]);
});
