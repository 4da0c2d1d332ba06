import { elementKey } from '../bitrix24/crm/element.ts';
import { leavesBindingsBehind } from '../bitrix24/crm/leaves-bindings-behind.ts';
import { type InboundEvent, type PortalChange, readEvent } from '../bitrix24/inbound/inbound-event.ts';
import { readForm } from '../bitrix24/inbound/read-form.ts';
import type { NewJob, Task } from '../jobs/job.ts';
import {
  acceptJob,
  badForm,
  badRequest,
  IGNORED,
  type Inbound,
  type Ingress,
  type Reply,
  UNKNOWN_SENDER,
} from './accept-job.ts';
import type { Uninstallation } from './receive-uninstall.ts';

/** What an uninstallation is handed to. It verifies the sender itself. */
export type Uninstall = (event: Uninstallation) => Promise<Reply>;

/** Receives an event (B§5.2). It only says where to look: the state is read when its job is worked (B§5.7). */
export async function receiveEvent(
  { body, contentType }: Inbound,
  ingress: Ingress,
  uninstall: Uninstall | null = null,
): Promise<Reply> {
  const reading = readForm(body, contentType);
  if (reading.kind === 'rejected') return badForm(reading.reason);
  const event = readEvent(reading.form);
  if (event.kind === 'rejected') return badRequest(event.reason);
  // It is subscribed to at /install (B§7). Wherever it arrives, it is not sent again.
  if (event.change.kind === 'uninstall' && uninstall !== null) return await uninstall(event);
  if (!(await ingress.verify(event.auth))) return UNKNOWN_SENDER;

  const job = jobOf(event);
  return job === null ? IGNORED : await acceptJob(job, 'coalesce', ingress);
}

function jobOf({ auth, name, change, builtAt }: InboundEvent): NewJob | null {
  const found = taskOf(change);
  if (found === null) return null;
  return {
    portal: auth.memberId,
    id: `event:${found.key}`,
    lane: 'event',
    trigger: 'event',
    cause: name,
    builtAt,
    task: found.task,
  };
}

/**
 * What to do about a change, and the key that its repetitions share; null: nothing. A deletion is followed up only where
 * bindings are left behind: today that is assumed of quotes alone. B§11 1 is not followed yet: any type can leave some
 * behind (B§2.3).
 */
function taskOf(change: PortalChange): { key: string; task: Task } | null {
  if (change.kind === 'activity' && change.action !== 'delete') {
    const { activityId } = change;
    return { key: `activity:${activityId}`, task: { kind: 'activity_changed', activityId } };
  }
  if (change.kind === 'element' && (change.action !== 'delete' || leavesBindingsBehind(change.element))) {
    const { element } = change;
    return { key: elementKey(element), task: { kind: 'element_changed', element } };
  }
  return null;
}
