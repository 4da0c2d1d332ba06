import { expect, test } from '@jest/globals';
import { type Form, groupAt, textAt, textsOf } from '../../../../lib/bitrix24/inbound/form.ts';

const form: Form = {
  event: 'X',
  auth: { member_id: 'acme' },
  list: { '0': 'a', '1': 'b' },
  mixed: { '0': 'a', '1': {} },
};

test.each([
  [['event'], 'X'],
  [['auth', 'member_id'], 'acme'],
  [['auth'], undefined],
  [['event', 'member_id'], undefined],
  [['auth', 'missing'], undefined],
])('the text at %j is %j', (path, text) => {
  expect(textAt(form, ...path)).toBe(text);
});

test('a group is no text, and a text no group', () => {
  expect(groupAt(form, 'auth')).toEqual({ member_id: 'acme' });
  expect(groupAt(form, 'event')).toBeUndefined();
  expect(groupAt(form, 'missing')).toBeUndefined();
});

test.each([
  ['event', ['X']],
  ['list', ['a', 'b']],
  ['mixed', undefined],
])('the texts of %s are %j', (name, texts) => {
  expect(textsOf(form[name] ?? '')).toEqual(texts);
});
