import type { Ingress, Reply } from '../../../lib/inbound/accept-job.ts';
import { receiveEvent } from '../../../lib/inbound/receive-event.ts';
import { receiveRobot } from '../../../lib/inbound/receive-robot.ts';
import type { UninstallIngress } from '../../../lib/inbound/receive-uninstall.ts';
import { grantCache } from '../../../lib/portal/grant-cache.ts';
import { verifySender } from '../../../lib/portal/verify-sender.ts';
import { eventBody } from '../../../lib/simulator/outbound/event-body.ts';
import { PostQueue } from '../../../lib/simulator/outbound/post-queue.ts';
import { callRobot, type RobotRun } from '../../../lib/simulator/outbound/robot-run.ts';
import type { SimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import { newLife } from '../virtual/life.ts';
import { type StageContext, watchStores } from '../virtual/worker-sandbox.ts';
import { type Fate, type PortWatch, watchPort } from './watch-port.ts';

/** One POST of a portal, as sent on the wire. */
export type Trigger = {
  readonly kind: 'robot' | 'event';
  readonly portal: SimulatedPortal;
  readonly body: string;
  /** null: an event. */
  readonly workflowId: string | null;
  readonly eventToken: string | null;
};

/** Keeps what the portal would send instead of sending it. */
class Outbox extends PostQueue {
  last = '';
  override async post({ url, name, body }: { url: string; name: string; body: string }) {
    this.last = body;
    return { url, name, status: 200 };
  }
}

/** Starts a workflow that waits at the robot, and returns the call that the portal makes. */
export async function robotTrigger(portal: SimulatedPortal, run: RobotRun): Promise<Trigger> {
  const outbox = new Outbox();
  const { workflowId, eventToken } = await callRobot(portal.crm(), outbox, portal.backendContext.outboundAuth, run);
  return { kind: 'robot', portal, body: outbox.last, workflowId, eventToken };
}

export function eventTrigger(
  portal: SimulatedPortal,
  event: string,
  fields: { readonly [name: string]: unknown },
): Trigger {
  const auth = portal.backendContext.outboundAuth({ userId: 1, withRefresh: false });
  const body = eventBody({ event, handlerId: 1, data: { FIELDS: fields }, at: portal.clock.now(), auth });
  return { kind: 'event', portal, body, workflowId: null, eventToken: null };
}

/** null: the function died before it answered, or failed. */
export type Deliver = (trigger: Trigger) => Promise<Reply | null>;

/** The functions behind the URLs. Each delivery runs in its own instance, which can be killed; all share the grants' memory. */
export function openIngress({ clock, stores, log, fateOf, seen }: StageContext): Deliver {
  // That memory outlives the instances, so reading into it can fail but not be killed.
  const survived = (fate: Fate): Fate => (fate.startsWith('killed') ? 'throttled' : fate);
  const reading: PortWatch = { clock, life: newLife(), fateOf: (call) => survived(fateOf(call)), seen };
  const cache = grantCache(watchPort('grants', stores.grants, reading), clock);

  return async ({ kind, body }) => {
    const life = newLife();
    const watch: PortWatch = { clock, life, fateOf, seen };
    const { jobs, portals, wakeUps, grants } = watchStores(stores, watch);
    const ingress: Ingress & UninstallIngress = {
      verify: async (auth) => (await verifySender(cache, auth)).kind === 'verified',
      forget: cache.forget,
      forgetGrant: (memberId) => grants.remove(memberId),
      restoreGrant: (memberId) => grants.restore(memberId),
      jobs,
      portals,
      wakeDeps: { portals, wakeUps, clock },
      clock,
      log,
    };
    const inbound = { body: Buffer.from(body), contentType: 'application/x-www-form-urlencoded' };
    const receive = kind === 'robot' ? receiveRobot : receiveEvent;
    const reply = receive(inbound, ingress).catch(() => null);
    return await Promise.race([reply, life.ended.then(() => null)]);
  };
}
