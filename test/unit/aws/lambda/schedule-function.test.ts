import { expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { scheduleFunction } from '../../../../lib/aws/lambda/schedule-function.ts';
import { ManualClock } from '../../../support/portal/manual-clock.ts';

type Deps = Parameters<typeof scheduleFunction>;

test.each([
  ['every minute', { task: 'ring' }, ['portals', 'pending grants']],
  ['once a day', { time: '2026-11-24T01:00:00Z', 'detail-type': 'Scheduled Event' }, ['portals', 'portals']],
])('%s it looks after portals, and then after grants', async (_, event, expected) => {
  const looked: string[] = [];
  const list = (what: string) => () => {
    looked.push(what);
    return [];
  };
  const clock = new ManualClock();
  const schedule = { clock, portals: { list: list('portals') } } as unknown as Deps[0];
  const grants = {
    clock,
    portals: { list: list('portals') },
    pendingGrants: { list: async () => list('pending grants')() },
  } as unknown as Deps[1];

  await scheduleFunction(schedule, grants)(event, {} as Context);

  expect(looked).toEqual(expected);
});
