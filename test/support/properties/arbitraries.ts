import fc from 'fast-check';
import type { Form } from '../../../lib/bitrix24/inbound/form.ts';

/** Words that mean something to PHP, to JavaScript or to this product. */
const WORDS = [
  'event',
  'auth',
  'data',
  'FIELDS',
  'ID',
  'member_id',
  'application_token',
  'properties',
  'activity_id',
  'element',
  'document_id',
  'code',
  'event_token',
  'workflow_id',
  'use_subscription',
  'ENTITY_TYPE_ID',
  'toString',
  'hasOwnProperty',
  'length',
  'valueOf',
  '__proto__',
  'constructor',
  'prototype',
  '__defineGetter__',
  '0',
  '1',
  '2',
  '01',
  '-1',
  '10',
  '4294967295',
  '9007199254740992',
] as const;

const word = fc.constantFrom(...WORDS);

/** A part of a name: mostly a word that means something, otherwise any text without brackets. */
export const namePart = fc.oneof(
  { weight: 4, arbitrary: word },
  {
    weight: 1,
    arbitrary: fc
      .string({ minLength: 1, maxLength: 12, unit: 'binary' })
      .filter((text) => !/[[\]]/.test(text) && text.isWellFormed()),
  },
);

/** The brackets of a name: filled, or empty for the next number. */
export const brackets = fc.array(
  fc.oneof({ weight: 3, arbitrary: namePart }, { weight: 1, arbitrary: fc.constant('') }),
  { maxLength: 8 },
);

export const value = fc.string({ maxLength: 20, unit: 'binary' }).filter((text) => text.isWellFormed());

/** A form as anybody may send it, after reading: texts and groups without a prototype. */
export const form: fc.Arbitrary<Form> = fc.letrec<{ group: Form; leaf: string }>((tie) => ({
  leaf: fc.oneof(
    value,
    fc.constantFrom('crm', 'DEAL_1', 'ONCRMDEALUPDATE', 'ONAPPINSTALL', '1', '999', 'Y', 'unbind_activity'),
  ),
  group: fc
    .dictionary(word, fc.oneof({ depthSize: 'small', withCrossShrink: true }, tie('leaf'), tie('group')), {
      noNullPrototype: false,
      maxKeys: 8,
    })
    .map((entries) => Object.assign(Object.create(null), entries)),
})).group;
