import { describe, expect, it } from '@jest/globals';
import { SEED } from '../../../support/simulator/bindings-seed.ts';
import { portalFixture } from '../../../support/simulator/portal-fixture.ts';

describe('crm.activity.binding.move', () => {
  const move = (source: readonly [number, number], target: readonly [number, number], activityId = 999): object => ({
    activityId,
    sourceEntityTypeId: source[0],
    sourceEntityId: source[1],
    targetEntityTypeId: target[0],
    targetEntityId: target[1],
  });

  it('puts the target in the place of the source', async () => {
    const portal = portalFixture(SEED);

    await portal.call('crm.activity.binding.move', { ...move([2, 1], [2, 2]) });

    expect(portal.bindings(999)).toEqual(['3:5', '7:9', '2:2']);
  });

  it.each([
    ['equal ids, before unequal types', move([2, 5], [3, 5]), 'SOURCE_AND_TARGET_ENTITY_ID_ARE_EQUAL_ERROR'],
    ['unequal types', move([2, 1], [3, 5]), 'SOURCE_AND_TARGET_ENTITY_TYPES_ARE_NOT_EQUAL_ERROR'],
    ['a target that is bound, before a source that is not', move([2, 2], [2, 1]), 'ACTIVITY_IS_ALREADY_BOUND'],
    ['a source that is not bound', move([2, 3], [2, 2]), 'BINDING_NOT_FOUND'],
    ['a type nobody may edit', move([1032, 1], [1032, 2]), 'ACCESS_DENIED'],
    ['an activity that does not exist', move([2, 1], [2, 2], 5), 'NOT_FOUND'],
  ])('refuses %s', async (_, params, code) => {
    expect((await portalFixture(SEED).refusal('crm.activity.binding.move', { ...params })).code).toBe(code);
  });

  it('answers "0" for unequal types if configured to follow the source', async () => {
    const portal = portalFixture({ ...SEED, quirks: { moveErrorsWithoutCode: true } });

    expect((await portal.refusal('crm.activity.binding.move', { ...move([2, 1], [3, 5]) })).code).toBe('0');
  });
});
