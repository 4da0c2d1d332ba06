import { ROBOT_CODE, robotDefinition, robotUpdate } from '../bitrix24/registration/robot-definition.ts';
import {
  compareSubscriptions,
  readSubscriptions,
  SUBSCRIPTIONS,
  type Subscription,
  wantedSubscriptions,
} from '../bitrix24/registration/subscriptions.ts';
import { type Ask, NOTHING_LEFT, NotNow, type Planner, PortalStopped, type Read } from '../jobs/planner.ts';
import type { Log } from '../log.ts';

/**
 * Brings the robot and the event subscriptions to what they should be (B§5.3, B§6.1): an existing robot is updated,
 * existing subscriptions are left alone, and those of an earlier address of ours are removed. So it may run at any time,
 * and repairs what an application update or a person has removed. If something cannot be registered, the portal is served
 * all the same.
 */
export const planRegister =
  (url: () => string, log: Pick<Log, 'info' | 'error'> = SILENT): Planner =>
  async ({ task, portal }, ask) => {
    if (task.kind !== 'register') return NOTHING_LEFT;
    const [robot, events] = await Promise.all([registerRobot(url(), ask), registerEvents(url(), ask)]);

    const reads = [robot.read, ...events.bound, ...events.unbound];
    const code = reads.map(problemOf).find((problem) => problem !== null) ?? null;
    const counts = { robot: robot.how, bound: countOf(events.bound), unbound: countOf(events.unbound) };
    if (code === null) log.info('registered', { portal, ...counts });
    else log.error('registration_incomplete', { portal, ...counts, code, alarm: true });
    return { ...NOTHING_LEFT, code };
  };

const SILENT = { info: () => undefined, error: () => undefined };

/** The fields of a robot cannot be read, so one that exists is always updated. */
async function registerRobot(publicUrl: string, ask: Ask): Promise<{ read: Read; how: 'added' | 'updated' }> {
  const handler = `${publicUrl}/robot`;
  const list = await attempt(ask, 'bizproc.robot.list', {});
  const listed = list.ok && Array.isArray(list.result) && list.result.includes(ROBOT_CODE);
  const added = listed ? null : await attempt(ask, 'bizproc.robot.add', robotDefinition(handler));
  if (added !== null && (added.ok || added.code !== 'ERROR_ACTIVITY_ALREADY_INSTALLED')) {
    return { read: added, how: 'added' };
  }
  return { read: await attempt(ask, 'bizproc.robot.update', robotUpdate(handler)), how: 'updated' };
}

async function registerEvents(publicUrl: string, ask: Ask): Promise<{ bound: Read[]; unbound: Read[] }> {
  const list = await attempt(ask, SUBSCRIPTIONS.method, SUBSCRIPTIONS.params);
  const present = list.ok ? readSubscriptions(list.result) : [];
  const { missing, outdated } = compareSubscriptions(wantedSubscriptions(publicUrl), present);
  const all = (method: string, subscriptions: readonly Subscription[]) =>
    Promise.all(subscriptions.map(({ event, handler }) => attempt(ask, method, { event, handler })));

  const [bound, unbound] = await Promise.all([all('event.bind', missing), all('event.unbind', outdated)]);
  return { bound, unbound };
}

/** Codes that mean that the grant may not register. They say nothing about unbinding. */
const ABOUT_REGISTRATION = new Set([
  'ACCESS_DENIED',
  'INSUFFICIENT_SCOPE',
  'WRONG_AUTH_TYPE',
  'WRONG_LICENSE',
  'ERROR_METHOD_NOT_FOUND',
]);

async function attempt(ask: Ask, method: string, params: Parameters<Ask>[0]['params']): Promise<Read> {
  try {
    return await ask({ method, params });
  } catch (error) {
    const isRefused = error instanceof PortalStopped || error instanceof NotNow;
    if (isRefused && ABOUT_REGISTRATION.has(error.code.toUpperCase())) {
      return { ok: false, code: error.code };
    }
    throw error;
  }
}

/** "Handler already binded" comes as ERROR_CORE (B§5.3). */
const problemOf = (read: Read): string | null => (read.ok || read.code === 'ERROR_CORE' ? null : read.code);

const countOf = (reads: readonly Read[]): number => reads.filter(({ ok }) => ok).length;
