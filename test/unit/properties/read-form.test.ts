import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FormValue } from '../../../lib/bitrix24/inbound/form.ts';
import { readForm } from '../../../lib/bitrix24/inbound/read-form.ts';
import { parsePhpQuery } from '../../../lib/simulator/server/php-params.ts';
import { brackets, namePart, value } from '../../support/properties/arbitraries.ts';
import { FORM_SHAPES } from '../../support/properties/reader-shapes.ts';
import { growthOf, readerSteps } from '../../support/properties/reader-steps.ts';

const TYPE = 'application/x-www-form-urlencoded';
const read = (body: string | Uint8Array, type: string | undefined = TYPE) =>
  readForm(typeof body === 'string' ? Buffer.from(body) : body, type);

type Pair = { readonly name: string; readonly value: string };
const pair: fc.Arbitrary<Pair> = fc
  .record({ root: namePart, inner: brackets, value })
  .map(({ root, inner, value }) => ({ name: root + inner.map((part) => `[${part}]`).join(''), value }));
const pairs = fc.array(pair, { maxLength: 30 });
const bodyOf = (given: readonly Pair[]): string =>
  given.map(({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');

/** Bodies as people write them who know the format, and who do not. */
const anyBody = fc.oneof(
  pairs.map(bodyOf).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 400 }),
  fc
    .string({ maxLength: 400, unit: fc.constantFrom('[', ']', '=', '&', '%', '+', 'a', '0', '5', 'B', '_', '\0') })
    .map((text) => Buffer.from(text)),
);

/** Every value of the form, groups included. */
function* within(given: FormValue): Generator<FormValue> {
  yield given;
  if (typeof given !== 'string') for (const inner of Object.values(given)) yield* within(inner);
}

describe('reading a form', () => {
  it('never throws, whatever the bytes and the content type are', () => {
    fc.assert(
      fc.property(anyBody, fc.option(fc.oneof(fc.constant(TYPE), fc.string()), { nil: undefined }), (body, type) => {
        expect(['form', 'rejected']).toContain(readForm(body, type).kind);
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves the prototypes of the process alone, and makes nothing that has one', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).join();

    fc.assert(
      fc.property(pairs, (given) => {
        const reading = read(bodyOf(given));
        if (reading.kind === 'rejected') return;
        for (const inner of within(reading.form)) {
          if (typeof inner !== 'string') expect(Object.getPrototypeOf(inner)).toBeNull();
        }
      }),
      { numRuns: 1000 },
    );

    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before);
  });

  it('refuses without repeating anything that was sent', () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        const reading = read(body);
        expect(reading.kind === 'form' || /^[a-z_]+$/.test(reading.reason)).toBe(true);
      }),
    );
  });
});

describe('a form that is accepted', () => {
  it('holds what PHP would understand', () => {
    let compared = 0;
    fc.assert(
      fc.property(pairs, (given) => {
        const body = bodyOf(given);
        const reading = read(body);
        if (reading.kind === 'rejected' || given.some(({ name }) => isOutOfScope(name))) return;
        compared += 1;
        expect(plain(reading.form)).toEqual(plain(parsePhpQuery(body)));
      }),
      { numRuns: 3000 },
    );

    expect(compared).toBeGreaterThan(200);
  });

  it('of one list holds every item, wherever its numbers begin', () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 20 }),
        (first, items) => {
          const reading = read(`l[${first}]=x&${items.map((item) => `l[]=${item}`).join('&')}`);

          const list = reading.kind === 'form' ? reading.form.l : undefined;
          expect(Object.values(list ?? {})).toEqual(['x', ...items]);
        },
      ),
    );
  });
});

/**
 * PHP makes `_` of dots and blanks in the first part, drops blanks before it, and C ends a name at a NUL. Beyond 15 digits
 * neither the simulated PHP nor we can count.
 */
const isOutOfScope = (name: string): boolean => /^[^[]*[ .\0]/.test(name) || /\0|\[\d{16}/.test(name);

/** Lists and groups alike, in any order. */
function plain(given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return given;
  return new Map(Object.entries(given).map(([name, inner]) => [name, plain(inner)]));
}

describe('the work of reading a form grows with its length', () => {
  const { form, hostile } = readerSteps();

  it.each(FORM_SHAPES)('of %s', (name) => {
    expect(growthOf(form[name])).toBeLessThan(1.1);
  });

  it('for every request of the hostile corpus: at most ten steps for each byte', () => {
    const costly = hostile.filter(({ bytes, steps }) => steps > 10_000 + 10 * bytes);

    expect(hostile.length).toBeGreaterThan(300);
    expect(costly).toEqual([]);
  });

  it('ends at the limit: 100,000 fields are refused unread', () => {
    expect(read('a&'.repeat(100_000))).toEqual({ kind: 'rejected', reason: 'too_large' });
  });
});
