import { describe, expect, it } from '@jest/globals';
import type { RestCall } from '../../../lib/bitrix24/rest/rest-call.ts';
import type { ActivityFilter, Checkpoint } from '../../../lib/jobs/job.ts';
import { planUnbind } from '../../../lib/jobs/plan-unbind.ts';
import type { Read } from '../../../lib/jobs/planner.ts';
import { DEAL, jobOf, unbindTaskOf } from '../../support/worker/samples.ts';

const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
const row = (id: number, completed = 'Y') => ({
  ID: String(id),
  TYPE_ID: '2',
  PROVIDER_ID: 'CRM_CALL',
  COMPLETED: completed,
});
const COMPLETED: ActivityFilter = { types: [], completedOnly: true };

/** Plans with a portal that answers `read`, and notes what it was asked. */
async function plan(task: Parameters<typeof jobOf>[0], read: Read = { ok: true, result: [] }, room = 50) {
  const asked: RestCall[] = [];
  const ask = async (call: RestCall) => {
    asked.push(call);
    return read;
  };
  const planned = await planUnbind(jobOf(task), Object.assign(ask, { room: () => room }));
  const ids = planned.steps.map(({ activityId }) => activityId);
  return { ...planned, asked, ids };
}

describe('named activities', () => {
  it('of a slow portal are filtered by the same page each time', async () => {
    const task = { ...unbindTaskOf(...range(1, 120)), filter: COMPLETED };

    const { ids, asked } = await plan({ task, cursor: { next: 53 } }, undefined, 3);

    expect(ids).toEqual(range(54, 47));
    expect(asked).toMatchObject([{ params: { filter: { '@ID': range(51, 50) } } }]);
  });

  it('are planned without asking the portal', async () => {
    const { ids, steps, checkpoint, asked } = await plan({ task: unbindTaskOf(7, 3) });

    expect([ids, checkpoint, asked]).toEqual([[7, 3], null, []]);
    expect(steps[0]).toMatchObject({ action: 'unbind', element: DEAL, skip: null });
    expect(steps.map(({ checkpointAfter }) => checkpointAfter())).toEqual([{ next: 1 }, { next: 2 }]);
  });

  it.each([
    [null, range(1, 50), { next: 50 }],
    [{ next: 50 }, range(51, 50), { next: 100 }],
    [{ next: 100 }, range(101, 20), null],
  ])('are planned 50 at a time, from the checkpoint %j on', async (cursor: Checkpoint | null, expected, checkpoint) => {
    const planned = await plan({ task: unbindTaskOf(...range(1, 120)), cursor });

    expect([planned.ids, planned.checkpoint]).toEqual([expected, checkpoint]);
  });

  it('that do not pass the filter are skipped; what the list does not show is tried', async () => {
    const task = { ...unbindTaskOf(1, 2, 3), filter: COMPLETED };

    const { steps } = await plan({ task }, { ok: true, result: [row(1), row(2, 'N')] });

    expect(steps.map(({ skip }) => skip)).toEqual([null, 'FILTERED', null]);
  });

  it('are tried when the list for the filter is refused', async () => {
    const task = { ...unbindTaskOf(1), filter: COMPLETED };

    expect((await plan({ task }, { ok: false, code: 'ACCESS_DENIED' })).steps).toMatchObject([{ skip: null }]);
  });
});

describe('all activities of an element', () => {
  const ALL = { ...unbindTaskOf(), activities: 'all' } as const;

  it.each([
    ['are done with the last page', range(1, 3), null],
    ['continue behind a full page', range(1, 50), { after: 50 }],
  ])('%s', async (_case, ids, checkpoint) => {
    const planned = await plan({ task: ALL }, { ok: true, result: ids.map((id) => row(id)) });

    expect([planned.ids, planned.checkpoint]).toEqual([ids, checkpoint]);
  });

  it('are those that pass the filter, and a full page counts with all of its rows', async () => {
    const result = range(1, 50).map((id) => row(id, id === 2 ? 'Y' : 'N'));

    const planned = await plan({ task: { ...ALL, filter: COMPLETED } }, { ok: true, result });

    expect([planned.ids, planned.checkpoint]).toEqual([[2], { after: 50 }]);
  });

  it('are asked for behind the checkpoint', async () => {
    const { asked } = await plan({ task: ALL, cursor: { after: 50 } });

    expect(asked).toMatchObject([{ method: 'crm.activity.list', params: { filter: { '>ID': 50 } } }]);
  });

  it('of a slow portal are gone through within the page that was read', async () => {
    const result = range(1, 50).map((id) => row(id));

    const { ids, steps, asked, keepsReads } = await plan(
      { task: ALL, cursor: { after: 0, from: 48 } },
      { ok: true, result },
      3,
    );

    expect([ids, keepsReads]).toEqual([[49, 50], true]);
    expect(steps[0]?.checkpointAfter()).toEqual({ after: 0, from: 49 });
    expect(asked).toMatchObject([{ params: { filter: { '>ID': 0 } } }]);
  });

  it('that may not be read end the job with the code', async () => {
    expect(await plan({ task: ALL }, { ok: false, code: 'ACCESS_DENIED' })).toMatchObject({
      steps: [],
      checkpoint: null,
      code: 'ACCESS_DENIED',
    });
  });
});
