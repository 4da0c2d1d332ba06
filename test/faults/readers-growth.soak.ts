import { describe, expect, it } from '@jest/globals';
import { readForm } from '../../lib/bitrix24/inbound/read-form.ts';
import { robotProperties } from '../../lib/bitrix24/inbound/robot-properties.ts';
import { growth, leastMs } from '../support/properties/growth.ts';
import {
  FORM_SHAPES,
  FORM_SIZE,
  PROPERTIES,
  PROPERTY_SHAPES,
  PROPERTY_SIZE,
  RATIO,
} from '../support/properties/reader-shapes.ts';

/**
 * The time of the readers, which counts what `test/unit/properties/` cannot see: the backtracking of regular expressions. A
 * quadratic reader would take eight times as long for the same amount.
 */
const MOST_GROWTH = 2;
/** The longest that the largest hostile text may take, in a form or in one property, ms. */
const MOST_MS = 200;
const LARGEST = 65_000;

const form = (body: Buffer) => () => void readForm(body, 'application/x-www-form-urlencoded');
const properties = (text: string) => () => {
  for (const name of PROPERTIES) robotProperties({ [name]: text });
};

describe.each(FORM_SHAPES)('a form of %s', (_name, bodyOfSize) => {
  it('takes time in proportion to its length, and never long', () => {
    const reading = (size: number) => form(Buffer.from(bodyOfSize(size)));

    expect(growth(reading(FORM_SIZE), reading(FORM_SIZE * RATIO), RATIO)).toBeLessThan(MOST_GROWTH);
    expect(leastMs(reading(LARGEST))).toBeLessThan(MOST_MS);
  });
});

describe.each(PROPERTY_SHAPES)('properties of %s', (_name, textOfSize) => {
  it('take time in proportion to their length, and never long', () => {
    const reading = (size: number) => properties(textOfSize(size));

    expect(growth(reading(PROPERTY_SIZE), reading(PROPERTY_SIZE * RATIO), RATIO)).toBeLessThan(MOST_GROWTH);
    expect(leastMs(reading(LARGEST))).toBeLessThan(MOST_MS * PROPERTIES.length);
  });
});
