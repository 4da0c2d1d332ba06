import type { Clock } from '../../clock.ts';
import type { ScheduledTask } from './run-scheduled-task.ts';

/**
 * The input of a schedule: `{"task":"ring"}`, or `{"task":"sweep","due":"<ISO 8601>"}`. A classic scheduled event of
 * EventBridge (`detail-type`, `time`) asks for a sweep as well.
 */
export function readScheduledTask(event: unknown, clock: Clock): ScheduledTask {
  const field = (name: string): unknown =>
    typeof event === 'object' && event !== null ? Reflect.get(event, name) : undefined;
  if (field('task') === 'ring') return { task: 'ring' };
  const due = [field('due'), field('time')].find((time) => typeof time === 'string' && !Number.isNaN(Date.parse(time)));
  return { task: 'sweep', due: typeof due === 'string' ? due : new Date(clock.now()).toISOString() };
}
