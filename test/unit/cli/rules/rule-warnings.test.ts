import { expect, test } from '@jest/globals';
import { readRulesFile } from '../../../../lib/cli/rules/read-rules-file.ts';
import { ruleWarnings } from '../../../../lib/cli/rules/rule-warnings.ts';

const LOST = { name: 'lost', element: 'deal', when: { stage: 'failed' } };

const warningsAbout = (...rules: readonly object[]): readonly string[] => {
  const given = readRulesFile(JSON.stringify(rules));
  return given.kind === 'rules' ? ruleWarnings(given.rules) : given.problems;
};

test('warns about a rule without any condition; one condition is enough', () => {
  const bare = { name: 'bare', element: 'deal' };
  const conditions = [
    { when: { alsoBoundTo: ['contact'] } },
    { when: { missing: true } },
    { activities: { types: ['call'] } },
    { activities: { completed: false } },
  ];

  expect(warningsAbout(bare)).toEqual([
    expect.stringContaining('Rule "bare" has no condition: it unbinds every activity'),
  ]);
  expect(conditions.flatMap((condition) => warningsAbout({ ...bare, ...condition }))).toEqual([]);
});

test.each([
  ['emial', 'did you mean email?'],
  ['calls', 'did you mean call?'],
  ['Mail', 'did you mean email?'],
  ['fax', 'known types are call, email, meeting, todo, task'],
])('warns about the type %s: %s', (type, hint) => {
  expect(warningsAbout({ ...LOST, activities: { types: [type] } })).toEqual([
    `Rule "lost", field "activities.types": "${type}" is taken for a provider id, such as CRM_TODO; ${hint}`,
  ]);
});

test.each(['email', 'EMAIL', 'CRM_TODO', 'VOXIMPLANT_CALL', 'IMOPENLINES_SESSION'])(
  'does not warn about the type %s',
  (type) => {
    expect(warningsAbout({ ...LOST, activities: { types: [type] } })).toEqual([]);
  },
);
