import { expect, test } from '@jest/globals';
import { errorName, jsonLinesLog } from '../../lib/log.ts';

test('a line is one JSON object with level, event, fields and time', () => {
  const lines: string[] = [];
  const log = jsonLinesLog(
    (line) => lines.push(line),
    () => Date.parse('2026-11-24T10:00:00Z'),
  );

  log.info('one', { portal: 'acme' });
  log.warn('two');
  log.error('three', { alarm: true, code: null });

  expect(lines).toEqual([
    '{"level":"INFO","event":"one","portal":"acme","timestamp":"2026-11-24T10:00:00.000Z"}',
    '{"level":"WARN","event":"two","timestamp":"2026-11-24T10:00:00.000Z"}',
    '{"level":"ERROR","event":"three","alarm":true,"code":null,"timestamp":"2026-11-24T10:00:00.000Z"}',
  ]);
});

test.each([
  [new TypeError('with a token'), 'TypeError'],
  ['a text with a token', 'string'],
  [null, 'object'],
  [undefined, 'undefined'],
])('of an exception only its class is named: %s', (error, name) => {
  expect(errorName(error)).toBe(name);
});
