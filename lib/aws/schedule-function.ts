import middy from '@middy/core';
import { readScheduledTask } from '../cleanup/read-scheduled-task.ts';
import { runSchedule, type Schedule } from '../cleanup/run-schedule.ts';

/** The Lambda function that EventBridge invokes. */
export const scheduleFunction = (schedule: Schedule) =>
  middy<unknown, void>().handler((event) => runSchedule(readScheduledTask(event, schedule.clock), schedule));
