import { describe, expect, it } from '@jest/globals';
import { unseen } from '../../../../lib/cleanup/rules/element-facts.ts';
import { call, contact, deal, decide, lost, of, quote, removedElements } from '../../../support/cleanup/decide.ts';

describe('one binding', () => {
  it.each([
    ['its stage is the wanted one', of({ stage: 'failed' }), true],
    ['its stage is one of several', of({ stage: ['success', 'failed'] }), true],
    ['its stage is another one', of({ stage: 'success' }), false],
    ['its pipeline is included', of({ pipelines: { include: [0, 5] } }), true],
    ['its pipeline is not included', of({ pipelines: { include: [5] } }), false],
    ['its pipeline is excluded', of({ pipelines: { exclude: [0] } }), false],
    ['its pipeline is not excluded', of({ pipelines: { exclude: [5] } }), true],
    ['it was closed long ago', of({ stage: 'failed', closedForDays: 10 }), true],
    ['it was closed recently', of({ stage: 'failed', closedForDays: 11 }), false],
    ['its user is the wanted one', of({ responsible: { include: [1] } }), true],
    ['its user is another', of({ responsible: { exclude: [1] } }), false],
    ['the activity is completed', of({}, { completed: true }), true],
    ['the activity is not open', of({}, { completed: false }), false],
    ['the activity is a call', of({}, { types: ['email', 'call'] }), true],
    ['the activity is of the provider', of({}, { types: ['voximplant_call'] }), true],
    ['the activity is no to-do', of({}, { types: ['todo'] }), false],
    ['the activity is old enough', of({}, { olderThanDays: 40 }), true],
    ['the activity is too young', of({}, { olderThanDays: 41 }), false],
    ['the activity belongs to the wanted user', of({}, { responsible: { include: [1, 2] } }), true],
    ['the activity belongs to another user', of({}, { responsible: { include: [2] } }), false],
    ['the other binding is wanted', of({ alsoBoundTo: ['lead', 'contact'] }), true],
    ['the other binding is not what is wanted', of({ alsoBoundTo: ['company'] }), false],
    ['it is of another type', of({}, {}, 'lead'), false],
    ['it exists, and only missing ones are wanted', of({ missing: true }), false],
  ])('when %s', (_case, rule, goes) => {
    expect(removedElements(decide([rule]))).toEqual(goes ? ['2:1'] : []);
  });

  it('is never removed if it is the last one', () => {
    expect(removedElements(decide([of({})], { bindings: [deal(1)] }))).toEqual([]);
  });

  it('is not removed by its age if that is unknown', () => {
    const facts = [{ ...lost, element: deal(1), movedAt: null }];

    expect(removedElements(decide([of({ stage: 'failed', closedForDays: 0 })], { facts }))).toEqual([]);
    expect(removedElements(decide([of({}, { olderThanDays: 0 })], { activity: { ...call, createdAt: null } }))).toEqual(
      [],
    );
  });

  it('needs its element read if that decides, but only if everything else matches', () => {
    expect(removedElements(decide([of({ stage: 'failed' })], { facts: [] }))).toEqual(['needs']);
    expect(removedElements(decide([of({ stage: 'failed', alsoBoundTo: ['company'] })], { facts: [] }))).toEqual([]);
    expect(removedElements(decide([of({})], { facts: [] }))).toEqual(['2:1']);
  });

  it.each([
    ['missing', ['7:9']],
    ['absent', ['needs']],
    ['unreadable', []],
  ] as const)('to an element that is %s', (state, expected) => {
    const bindings = [quote, contact];

    expect(
      removedElements(decide([of({ missing: true }, {}, 'quote')], { bindings, facts: [unseen(quote, state)] })),
    ).toEqual(expected);
    expect(
      removedElements(decide([of({ stage: 'failed' }, {}, 'quote')], { bindings, facts: [unseen(quote, state)] })),
    ).toEqual([]);
  });
});
