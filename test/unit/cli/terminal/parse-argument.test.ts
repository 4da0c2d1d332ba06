import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { argument } from '../../../../lib/cli/terminal/parse-argument.ts';

test.each([
  ['element', 'deal:1', { entityTypeId: 2, entityId: 1 }],
  ['element', '2:1', { entityTypeId: 2, entityId: 1 }],
  ['elementType', 'deal', 2],
  ['activity', '999', 999],
  ['duration', '90s', 90_000],
  ['count', '7', 7],
  ['minutes', '1440', 1_440],
  ['plan', '3f2a91c07b', '3f2a91c07b'],
  ['memberId', 'acme.bitrix24.com', 'acme.bitrix24.com'],
  ['stage', 'prod', 'prod'],
] as const)('a %s is read from %s', (name, text, value) => {
  expect(argument[name](text)).toEqual(value);
});

test.each([
  ['element', 'deal', 'deal:1'],
  ['elementType', 'car', 'deal, lead'],
  ['activity', '0', 'positive whole number'],
  ['duration', '1', '60s or 1d'],
  ['count', '-1', 'positive whole number'],
  ['minutes', '1441', 'from 1 to 1440'],
  ['exportFile', 'plan.xlsx', '.csv or .jsonl'],
  ['exportFile', '/no/such/plan.csv', 'no folder /no/such'],
  ['plan', 'apply:b:1', 'letters, digits or dashes'],
  ['memberId', 'a/b', 'letters, digits, dots'],
  ['stage', '', 'letters, digits, dashes'],
] as const)('a %s is not read from "%s": %s', (name, text, hint) => {
  expect(() => argument[name](text)).toThrow(hint);
});

test('a repeated activity is added to those before', () => {
  expect(argument.activities('2', [1])).toEqual([1, 2]);
});

test('a file that can be written is accepted', () => {
  const path = join(tmpdir(), 'plan.csv');

  expect(argument.exportFile(path)).toEqual({ path, format: 'csv' });
});
