import type { Crm } from '../crm/crm-state.ts';
import { APP_ONLY_EVENTS, EVENTS_WITH_REFRESH, isMeant } from '../crm/event-names.ts';
import { type AuthSource, eventBody } from './event-body.ts';
import { PostQueue } from './post-queue.ts';
import { callRobot, type RobotRun, type StartedRobot } from './robot-run.ts';

/** The portal's outbound calls. */
export type Outbound = {
  /** For tests: `mode`, `deliveries`, `settled()`. */
  readonly queue: PostQueue;
  /** Sends a change to all subscribers; the `emit` of a MethodContext. */
  emit(event: string, data: { readonly [key: string]: unknown }, userId: number | null): void;
  /** Runs a robot on an element (B§6.2). */
  callRobot(run: RobotRun): Promise<StartedRobot>;
  /** ONAPPINSTALL to the application's installation path (B§7.1). */
  sendInstall(url: string, userId: number): Promise<number | null>;
  /** ONAPPUNINSTALL to its subscribers and to the given address; removes the application's registrations (B§5.3, B§6.1). */
  uninstall(url: string | null, clean?: boolean): void;
};

export function createOutbound(crm: Crm, auth: AuthSource): Outbound {
  const queue = new PostQueue();
  return {
    queue,
    emit: (event, data, userId) => emit(crm, queue, auth, event, data, userId),
    callRobot: (run) => callRobot(crm, queue, auth, run),
    async sendInstall(url, userId) {
      const { version, installed, languageId } = crm.app;
      const data = { VERSION: version, ACTIVE: 'Y', INSTALLED: installed ? 'Y' : 'N', LANGUAGE_ID: languageId };
      const body = eventBody({
        event: 'ONAPPINSTALL',
        handlerId: 1,
        data,
        at: crm.clock.now(),
        auth: auth({ userId, withRefresh: true }),
      });
      return (await queue.post({ url, name: 'ONAPPINSTALL', body })).status;
    },
    uninstall(url, clean = true) {
      const data = { LANGUAGE_ID: crm.app.languageId, CLEAN: clean ? 1 : 0 };
      const at = crm.clock.now();
      const own = auth({ userId: null, withRefresh: false });
      const known = crm.subscriptions.filter(({ event, handler }) => event === 'ONAPPUNINSTALL' && handler !== url);
      const handlers = known.map(({ id, handler }) => ({ id, handler }));
      for (const { id, handler } of url === null ? handlers : [{ id: 2, handler: url }, ...handlers]) {
        const body = eventBody({ event: 'ONAPPUNINSTALL', handlerId: id, data, at, auth: own });
        queue.add({ url: handler, name: 'ONAPPUNINSTALL', body });
      }
      removeApplication(crm);
    },
  };
}

/** An uninstall removes subscriptions and robots, and so does an update (B§5.3, B§6.1). */
export function removeApplication(crm: Crm): void {
  crm.subscriptions.length = 0;
  crm.robots.length = 0;
}

function emit(
  crm: Crm,
  queue: PostQueue,
  auth: AuthSource,
  event: string,
  data: { readonly [key: string]: unknown },
  userId: number | null,
): void {
  const at = crm.clock.now();
  const withRefresh = EVENTS_WITH_REFRESH.has(event);
  for (const { id, event: bound, handler, offline, userId: chosen } of crm.subscriptions) {
    if (offline || !crm.app.installed || !isMeant(bound, event, data)) continue; // silent until installed (B§5.6)
    const tokens = auth({ userId: chosen > 0 ? chosen : userId, withRefresh });
    queue.add({ url: handler, name: bound, body: eventBody({ event: bound, handlerId: id, data, at, auth: tokens }) });
  }
  if (APP_ONLY_EVENTS.has(event)) return;
  for (const { id, events, handler, applicationToken } of crm.outboundWebhooks) {
    if (!events.some((bound) => isMeant(bound, event, data))) continue;
    const tokens = { ...auth({ userId: null, withRefresh: false }), application_token: applicationToken };
    queue.add({ url: handler, name: event, body: eventBody({ event, handlerId: id, data, at, auth: tokens }) });
  }
}
