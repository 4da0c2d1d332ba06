import { createHash } from 'node:crypto';
import { type InboundRobotCall, readRobotCall } from '../bitrix24/inbound/inbound-robot-call.ts';
import { readForm } from '../bitrix24/inbound/read-form.ts';
import { robotProperties } from '../bitrix24/inbound/robot-properties.ts';
import { ROBOT_CODE } from '../bitrix24/registration/robot-definition.ts';
import type { NewJob, Task } from '../jobs/job.ts';
import {
  acceptJob,
  badForm,
  badRequest,
  type Inbound,
  type Ingress,
  type Reply,
  UNKNOWN_SENDER,
} from './accept-job.ts';

/** Receives one run of the robot (B§6.2): parsed, verified, stored as a job, answered. */
export async function receiveRobot({ body, contentType }: Inbound, ingress: Ingress): Promise<Reply> {
  const reading = readForm(body, contentType);
  if (reading.kind === 'rejected') return badForm(reading.reason);
  const call = readRobotCall(reading.form);
  if (call.kind === 'rejected') return badRequest(call.reason);
  if (!(await ingress.verify(call.auth))) return UNKNOWN_SENDER;
  if (call.code !== ROBOT_CODE) return badRequest(`code must be ${ROBOT_CODE}`);

  const task = taskOf(call);
  // No workflow waits, so nobody could be told later: the call is refused.
  if (task.kind === 'explain' && !call.useSubscription) return badRequest(task.details);
  return await acceptJob(jobOf(call, task, ingress.clock.now()), 'add', ingress);
}

/** If the properties cannot be understood, the waiting workflow is told so (D§7). */
function taskOf({ properties, document }: InboundRobotCall): Task {
  const request = robotProperties(properties);
  if (request.kind === 'not_understood') {
    return { kind: 'explain', code: 'NOT_UNDERSTOOD', details: request.notUnderstood };
  }
  const element = request.element ?? document;
  if (element === null) {
    const details = 'The rule does not run on a CRM element: name one in the field "element", such as DEAL_12';
    return { kind: 'explain', code: 'NO_ELEMENT', details };
  }
  return { kind: 'unbind', element, activities: request.activities, filter: request.filter };
}

/** The event_token is new for every run (B§6.2), so its hash names the run. The token itself is a credential. */
function jobOf(call: InboundRobotCall, task: Task, now: number): NewJob {
  const { auth, workflowId, eventToken, useSubscription, timeoutDuration } = call;
  return {
    portal: auth.memberId,
    id: `robot:${createHash('sha256').update(eventToken).digest('base64url')}`,
    lane: 'robot',
    trigger: 'robot',
    cause: workflowId,
    task,
    ...(useSubscription ? { eventToken } : {}),
    ...(useSubscription && timeoutDuration > 0 ? { answerBy: now + timeoutDuration * 1000 } : {}),
  };
}
