import { describe, expect, test } from '@jest/globals';
import type { Form, FormValue } from '../../../../lib/bitrix24/inbound/form.ts';
import { robotProperties } from '../../../../lib/bitrix24/inbound/robot-properties.ts';

const request = (properties: Form) => robotProperties(Object.assign(Object.create(null), properties));

const list = (...texts: readonly string[]): FormValue => Object.fromEntries(texts.entries());

describe('robotProperties', () => {
  test.each<[string, FormValue | undefined, readonly number[] | 'all']>([
    ['missing', undefined, 'all'],
    ['empty', '', 'all'],
    ['blank', '  ', 'all'],
    ['a list of empty texts', list('', ''), 'all'],
    ['a number', '999', [999]],
    ['a quoted number', '"999"', [999]],
    ['a list', list('999', '1000'), [999, 1000]],
    ['a list with an empty text', list('999', ''), [999]],
    ['separated by commas', '999, 1000,1001', [999, 1000, 1001]],
    ['separated by spaces', '999 1000', [999, 1000]],
    ['separated by lines', '999\n1000', [999, 1000]],
    ['in brackets', '[999]', [999]],
    ['a bracketed list', '[999, 1000]', [999, 1000]],
    ['a JSON list of texts', '["999","1000"]', [999, 1000]],
    ['a title with its id', 'Call with Anna [999]', [999]],
    ['titles with a number', 'Call 7 [999], Letter 8 [1000]', [999, 1000]],
    ['named twice', list('999', '999'), [999]],
  ])('reads activity_id %s', (_, value, activities) => {
    expect(request(value === undefined ? {} : { activity_id: value })).toMatchObject({
      kind: 'understood',
      activities,
    });
  });

  test.each<[string, FormValue]>([
    ['zero', '0'],
    ['a word', 'all'],
    ['a negative number', '-1'],
    ['a fraction', '1.5'],
    ['an unresolved expression', '{=Document:ID}'],
    ['one good and one bad', '999, x'],
    ['two numbers that may be one title', '12 [13]'],
    ['quoted numbers that may be one title', '"12" [13]'],
    ['an empty list written out', '[]'],
    ['empty quotes', '""'],
    ['groups', { '0': { ID: '999' } }],
    ['more than 1000', Array.from({ length: 1001 }, (_, i) => i + 1).join(',')],
  ])('does not treat activity_id with %s as empty', (_, value) => {
    expect(request({ activity_id: value })).toMatchObject({
      kind: 'not_understood',
      notUnderstood: expect.stringMatching(/^activity_id must/),
    });
  });

  test.each<[FormValue | undefined, { entityTypeId: number; entityId: number } | null]>([
    [undefined, null],
    ['', null],
    [list(''), null],
    ['DEAL_12', { entityTypeId: 2, entityId: 12 }],
    ['D_12', { entityTypeId: 2, entityId: 12 }],
    ['2:12', { entityTypeId: 2, entityId: 12 }],
    ['deal:12', { entityTypeId: 2, entityId: 12 }],
    ['"DEAL_12"', { entityTypeId: 2, entityId: 12 }],
    ['["DEAL_12"]', { entityTypeId: 2, entityId: 12 }],
    ['Big deal [D_12]', { entityTypeId: 2, entityId: 12 }],
    [list('DEAL_12'), { entityTypeId: 2, entityId: 12 }],
    [list('DEAL_12', 'D_12'), { entityTypeId: 2, entityId: 12 }],
    ['T93_1', { entityTypeId: 147, entityId: 1 }],
  ])('reads element %j', (value, element) => {
    expect(request(value === undefined ? {} : { element: value })).toMatchObject({ kind: 'understood', element });
  });

  test.each<[FormValue]>([
    ['12'],
    ['deal'],
    ['DEAL_12, LEAD_1'],
    [list('DEAL_12', 'LEAD_1')],
    [list('x', 'x')],
    [{ '0': { a: '1' } }],
  ])('does not treat element %j as the document', (value) => {
    expect(request({ element: value })).toMatchObject({ notUnderstood: expect.stringMatching(/^element must/) });
  });

  test.each<[FormValue, readonly string[]]>([
    ['call', ['call']],
    [list('email', 'call'), ['email', 'call']],
    ['Email, CALL', ['email', 'call']],
    ['e-mail to-do', ['email', 'todo']],
    ['4', ['email']],
    ['CRM_SMS', ['CRM_SMS']],
  ])('reads activity_types %j', (value, types) => {
    expect(request({ activity_types: value })).toMatchObject({ filter: { types, completedOnly: false } });
  });

  test('does not treat an unknown type as every type', () => {
    expect(request({ activity_types: 'letters' })).toMatchObject({
      notUnderstood: expect.stringMatching(/^activity_types/),
    });
  });

  test.each<[FormValue, boolean]>([
    ['Y', true],
    ['1', true],
    ['yes', true],
    ['N', false],
    ['0', false],
    ['', false],
    [list('Y'), true],
  ])('reads completed_only %j', (value, completedOnly) => {
    expect(request({ completed_only: value })).toMatchObject({
      filter: completedOnly ? { types: [], completedOnly } : null,
    });
  });

  test.each<[FormValue]>([['maybe'], [list('Y', 'N')], [{ '0': { a: 'Y' } }]])(
    'does not guess completed_only %j',
    (value) => {
      expect(request({ completed_only: value })).toMatchObject({
        notUnderstood: expect.stringMatching(/^completed_only/),
      });
    },
  );

  test('has no filter when nothing narrows the activities', () => {
    expect(request({})).toEqual({ kind: 'understood', activities: 'all', element: null, filter: null });
  });

  test('never repeats a value', () => {
    const values = { activity_id: 'hunter2', element: 'hunter2', activity_types: 'hunter2', completed_only: 'hunter2' };

    for (const [name, value] of Object.entries(values)) {
      expect(JSON.stringify(request({ [name]: value }))).not.toContain('hunter2');
    }
  });

  test.each([`${' '.repeat(60_000)}x`, '['.repeat(60_000), `a${']'.repeat(60_000)}b`, `${'a '.repeat(30_000)}[`])(
    'comes to an end with the largest hostile text in any property, and never takes it for all activities',
    (text) => {
      // What it costs: test/unit/properties/inbound-calls.test.ts counts it, test/faults/readers-growth.soak.ts measures it.
      for (const name of ['element', 'activity_types', 'completed_only']) request({ [name]: text });

      expect(request({ activity_id: text })).toMatchObject({ kind: 'not_understood' });
    },
  );
});
