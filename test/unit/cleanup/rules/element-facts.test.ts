import { describe, expect, it, test } from '@jest/globals';
import { factsOf, fieldOf, itemsOf, unseen } from '../../../../lib/cleanup/rules/element-facts.ts';

const noStages = () => null;
const at = '2026-11-24T06:00:00+03:00';

describe('the facts of an element', () => {
  it('are read from a row of a list', () => {
    const row = { id: 7, stageSemanticId: 'F', categoryId: '3', movedTime: at, assignedById: 1, updatedTime: at };

    expect(factsOf(2, row, noStages)).toEqual({
      element: { entityTypeId: 2, entityId: 7 },
      state: 'present',
      stage: 'failed',
      pipeline: 3,
      movedAt: Date.parse(at),
      responsibleId: 1,
      updatedAt: Date.parse(at),
    });
  });

  it.each([
    [{ stageSemanticId: 'P' }, 'process'],
    [{ stageSemanticId: 'S' }, 'success'],
    [{ stageSemanticId: null, stageId: 'DT147_9:WON' }, 'success'],
    [{ stageId: 'DT147_9:OTHER' }, null],
    [{ stageId: 7 }, null],
    [{}, null],
  ])('tell the stage of %j', (row, stage) => {
    const stageOf = (code: string) => (code === 'DT147_9:WON' ? 'success' : null);

    expect(factsOf(147, { id: 7, ...row }, stageOf)?.stage).toBe(stage);
  });

  it.each([
    ['categoryId', '', 'pipeline'],
    ['categoryId', 'x', 'pipeline'],
    ['assignedById', null, 'responsibleId'],
    ['assignedById', 1.5, 'responsibleId'],
    ['movedTime', 'yesterday', 'movedAt'],
    ['updatedTime', undefined, 'updatedAt'],
  ] as const)('take %s: %p for unknown', (field, value, fact) => {
    expect(factsOf(2, { id: 7, [field]: value }, noStages)?.[fact]).toBeNull();
  });

  it.each([{ id: 0 }, { id: 'x' }, {}, null, 'row'])('do not exist for %j', (row) => {
    expect(factsOf(2, row, noStages)).toBeNull();
  });

  it('of one that was not seen are unknown', () => {
    const element = { entityTypeId: 7, entityId: 1 };

    expect(unseen(element, 'missing')).toMatchObject({ element, state: 'missing', stage: null, updatedAt: null });
  });
});

test.each([
  [{ items: [1, 2] }, [1, 2]],
  [{ items: {} }, []],
  [[], []],
  [null, []],
])('the items of %j', (result, items) => {
  expect(itemsOf(result)).toEqual(items);
});

test.each([
  [{ a: 1 }, 1],
  [{}, undefined],
  [null, undefined],
  ['a', undefined],
])('the field a of %j', (value, field) => {
  expect(fieldOf(value, 'a')).toBe(field);
});
