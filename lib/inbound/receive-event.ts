import { elementKey } from '../bitrix24/crm/element.ts';
import { mayBeLeftBehind } from '../bitrix24/crm/survives-deletion.ts';
import { type Happening, type InboundEvent, readEvent } from '../bitrix24/inbound/inbound-event.ts';
import { readForm } from '../bitrix24/inbound/read-form.ts';
import type { NewJob, Task } from '../jobs/job.ts';
import {
  accept,
  badForm,
  badRequest,
  IGNORED,
  type Inbound,
  type Ingress,
  type Reply,
  UNKNOWN_SENDER,
} from './accept-job.ts';
import type { Removal } from './receive-uninstall.ts';

/** Verifies the sender itself. */
export type Uninstall = (removal: Removal) => Promise<Reply>;

/** A change in the portal (B§5.2). The event only says where to look; the state is read when it is worked (B§5.7). */
export async function receiveEvent(
  { body, contentType }: Inbound,
  ingress: Ingress,
  uninstall: Uninstall | null = null,
): Promise<Reply> {
  const reading = readForm(body, contentType);
  if (reading.kind === 'rejected') return badForm(reading.reason);
  const event = readEvent(reading.form);
  if (event.kind === 'rejected') return badRequest(event.reason);
  // Subscribed to at /install (B§7); wherever it arrives, it is not sent again.
  if (event.happening.kind === 'uninstall' && uninstall !== null) return await uninstall(event);
  if (!(await ingress.verify(event.auth))) return UNKNOWN_SENDER;

  const job = jobOf(event);
  return job === null ? IGNORED : await accept(job, 'coalesce', ingress);
}

function jobOf({ auth, name, happening, builtAt }: InboundEvent): NewJob | null {
  const found = taskOf(happening);
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

/** Bitrix24 takes the bindings of what is deleted away by itself, of all but quotes (B§2.3). */
function taskOf(happening: Happening): { key: string; task: Task } | null {
  if (happening.kind === 'activity' && happening.action !== 'delete') {
    const { activityId } = happening;
    return { key: `activity:${activityId}`, task: { kind: 'activity_changed', activityId } };
  }
  if (happening.kind === 'element' && (happening.action !== 'delete' || mayBeLeftBehind(happening.element))) {
    const { element } = happening;
    return { key: elementKey(element), task: { kind: 'element_changed', element } };
  }
  return null;
}
