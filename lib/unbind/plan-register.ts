import { EVENT_NAMES } from '../bitrix24/event-names.ts';
import { robotDefinition, robotUpdate } from '../bitrix24/robot-definition.ts';
import { type Ask, NOTHING_LEFT, type Planner, type Read } from './planner.ts';

/**
 * Registers the robot and the event subscriptions (B§5.3, B§6.1). Idempotent: a robot that exists is updated, a handler
 * that is bound already is fine.
 */
export const planRegister =
  (url: () => string): Planner =>
  async ({ task }, ask) => {
    if (task.kind !== 'register') return NOTHING_LEFT;
    const publicUrl = url();
    const [robot, ...events] = await Promise.all([
      registerRobot(publicUrl, ask),
      ...EVENT_NAMES.map((event) =>
        ask({ method: 'event.bind', params: { event, handler: handlerOf(event, publicUrl) } }),
      ),
    ]);
    return { ...NOTHING_LEFT, code: [robot, ...events].map(problemOf).find((code) => code !== null) ?? null };
  };

async function registerRobot(publicUrl: string, ask: Ask): Promise<Read> {
  const handler = `${publicUrl}/robot`;
  const added = await ask({ method: 'bizproc.robot.add', params: robotDefinition(handler) });
  if (added.ok || added.code !== 'ERROR_ACTIVITY_ALREADY_INSTALLED') return added;
  return await ask({ method: 'bizproc.robot.update', params: robotUpdate(handler) });
}

/** The life of the application is the install function's business. */
const handlerOf = (event: string, publicUrl: string): string =>
  `${publicUrl}/${event.startsWith('ONAPP') ? 'install' : 'event'}`;

/** "Handler already binded" comes as ERROR_CORE (B§5.3). */
const problemOf = (read: Read): string | null => (read.ok || read.code === 'ERROR_CORE' ? null : read.code);
