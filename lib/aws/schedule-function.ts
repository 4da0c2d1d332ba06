import middy from '@middy/core';
import { readScheduledTask } from '../cleanup/read-scheduled-task.ts';
import { runSchedule, type Schedule } from '../cleanup/run-schedule.ts';
import { type TendMeans, tendGrants } from '../unbind/tend-grants.ts';

/** The Lambda function that EventBridge invokes: every minute, and once a day for the sweep. */
export const scheduleFunction = (schedule: Schedule, grants: TendMeans) =>
  middy<unknown, void>().handler(async (event) => {
    const scheduled = readScheduledTask(event, schedule.clock);
    await runSchedule(scheduled, schedule);
    await tendGrants(grants, scheduled.task === 'ring' ? 'minute' : 'day');
  });
