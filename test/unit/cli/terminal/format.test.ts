import { expect, test } from '@jest/globals';
import { counted, countsText, grouped, percentText, timeText } from '../../../../lib/cli/terminal/format.ts';

test('counts have the right form of their noun, and thousands are grouped', () => {
  expect([counted(1, 'binding'), counted(1_234, 'binding')]).toEqual(['1 binding', '1,234 bindings']);
  expect(counted(2, 'activity', 'activities')).toBe('2 activities');
  expect(grouped(1_234_567)).toBe('1,234,567');
});

test('statuses without a count are left out', () => {
  expect(countsText({ unbound: 3_000, refused: 0, skipped: undefined, failed: 1 })).toBe('3,000 unbound, 1 failed');
  expect(countsText({})).toBe('nothing');
});

test('only everything is 100%', () => {
  expect([0, 0.4321, 0.9999, 1].map(percentText)).toEqual(['0%', '43%', '99%', '100%']);
});

test('times are UTC, to the second', () => {
  expect(timeText(Date.UTC(2026, 10, 24, 3, 0, 1, 999))).toBe('2026-11-24 03:00:01');
});
