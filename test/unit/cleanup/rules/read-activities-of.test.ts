import { expect, it } from '@jest/globals';
import type { RestCall } from '../../../../lib/bitrix24/rest/rest-call.ts';
import { readActivitiesOf } from '../../../../lib/cleanup/rules/read-activities-of.ts';

const idsIn = ({ params }: RestCall): number[] => Object(params.filter)['@ID'];

it('activities are read 50 at a time; a refused list tells of none of its own', async () => {
  const ids = Array.from({ length: 70 }, (_, index) => index + 1);

  const { activities, refused } = await readActivitiesOf(ids, async (call) =>
    idsIn(call).includes(60)
      ? { ok: false, code: 'ACCESS_DENIED' }
      : { ok: true, result: idsIn(call).flatMap((id) => (id === 3 ? [] : [{ ID: String(id) }])) },
  );

  expect([...activities.keys()]).toEqual(ids.slice(0, 50).filter((id) => id !== 3));
  expect(refused).toEqual(new Map(ids.slice(50).map((id) => [id, 'ACCESS_DENIED'])));
});
