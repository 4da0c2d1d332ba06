import { describe, expect, it } from '@jest/globals';
import { DEFAULT_RULES } from '../../../../lib/cleanup/rules/default-rules.ts';
import { readRules } from '../../../../lib/cleanup/rules/read-rules.ts';

describe('the built-in rules', () => {
  it('are valid, disabled, and each says what it is for', () => {
    const reading = readRules(JSON.stringify(DEFAULT_RULES));

    expect(reading).toMatchObject({ kind: 'rules' });
    expect(DEFAULT_RULES.map(({ enabled }) => enabled)).toEqual([false, false, false, false, false]);
    expect(DEFAULT_RULES.every(({ description }) => description.length > 20)).toBe(true);
  });
});
