import type { Crm } from '../crm/crm-state.ts';
import type { Workflow } from '../crm/workflow.ts';
import type { Method, MethodContext } from '../method.ts';
import { readEventToken } from '../outbound/event-token.ts';
import { isRecord, upperKeys } from './parameter.ts';
import { accessDenied } from './refusals.ts';

/**
 * bizproc.event.send (B§6.3): needs neither admin rights nor the application, only a token signed by this portal. `true` means
 * accepted: the workflow continues in a background job after the answer, or not at all if it has continued before.
 */
export const workflowAnswerMethod = (crm: Crm, context: MethodContext): Method => ({
  scope: 'bizproc',
  run: (params) => {
    const { EVENT_TOKEN, RETURN_VALUES, LOG_MESSAGE } = upperKeys(params);
    const token = readEventToken(crm.secret, EVENT_TOKEN);
    if (token === null) throw accessDenied();

    const workflow = crm.workflows.get(token.workflowId);
    const waits = workflow !== undefined && workflow.eventId === token.eventId && isWaiting(workflow, crm.clock.now());
    if (!waits && crm.quirks.refuseUsedTokens) throw accessDenied();
    if (workflow !== undefined) workflow.answers += 1;

    const values = isRecord(RETURN_VALUES) ? RETURN_VALUES : {};
    const message = typeof LOG_MESSAGE === 'string' ? LOG_MESSAGE : null;
    if (waits) queueMicrotask(() => continueWorkflow(crm, context, workflow, values, message));
    else context.applied({ kind: 'other', data: { what: 'answer_ignored', workflowId: token.workflowId } });
    return true;
  },
});

/** A workflow whose time-out has passed continued by itself, with IsTimeout=1 (B§6.3); 0 waits for ever. */
function isWaiting(workflow: Workflow, now: number): boolean {
  const { state, startedAt, timeoutDuration } = workflow;
  if (state === 'waiting' && timeoutDuration > 0 && now >= startedAt + timeoutDuration * 1000) {
    workflow.state = 'timed_out';
    workflow.returnValues = { IsTimeout: 1 };
  }
  return workflow.state === 'waiting';
}

/** Two answers may be accepted before the first is carried out; the second then finds that the workflow has continued. */
function continueWorkflow(
  crm: Crm,
  context: MethodContext,
  workflow: Workflow,
  sent: { readonly [name: string]: unknown },
  message: string | null,
): void {
  if (workflow.state !== 'waiting') return;
  const values = knownValues(crm, workflow, sent);
  workflow.state = 'answered';
  workflow.returnValues = values;
  workflow.logMessage = message;
  context.applied({ kind: 'workflow_answered', data: { workflowId: workflow.id, values, logMessage: message } });
}

/** Matched against RETURN_PROPERTIES, ignoring case; other names are ignored (B§6.3). */
function knownValues(
  crm: Crm,
  workflow: Workflow,
  sent: { readonly [name: string]: unknown },
): { readonly [name: string]: unknown } {
  const robot = crm.robots.find(({ code }) => code === workflow.code);
  const lower = new Map(Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]));
  const names = Object.keys(robot?.returnProperties ?? {}).filter((name) => lower.has(name.toLowerCase()));
  return Object.fromEntries(names.map((name) => [name, lower.get(name.toLowerCase())]));
}
