import middy from '@middy/core';
import { readScheduledTask, runScheduledTask, type ScheduledTaskDeps } from '../../cleanup/runs/run-scheduled-task.ts';
import { type MaintainGrantsDeps, maintainGrants } from '../../installation/maintain-grants.ts';

/** The Lambda function that EventBridge invokes: every minute, and once a day for the sweep. */
export const scheduleFunction = (schedule: ScheduledTaskDeps, grants: MaintainGrantsDeps) =>
  middy<unknown, void>().handler(async (event) => {
    const scheduled = readScheduledTask(event, schedule.clock);
    await runScheduledTask(scheduled, schedule);
    await maintainGrants(grants, scheduled.task === 'ring' ? 'minute' : 'day');
  });
