import type { Crm } from '../crm/crm-state.ts';
import type { Workflow } from '../crm/workflow.ts';
import type { Method, Surroundings } from '../method.ts';
import { readEventToken } from '../outbound/event-token.ts';
import { isRecord, upperKeys } from './parameter.ts';
import { accessDenied } from './refusals.ts';

/**
 * bizproc.event.send (B§6.3): needs neither admin rights nor the application, only a token signed by this portal. `true` means
 * accepted: the workflow goes on in a background job after the answer, or not at all if it went on before.
 */
export const workflowAnswerMethod = (crm: Crm, surroundings: Surroundings): Method => ({
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
    if (waits) queueMicrotask(() => goOn(crm, surroundings, workflow, values, message));
    else surroundings.applied({ kind: 'other', data: { what: 'answer_ignored', workflowId: token.workflowId } });
    return true;
  },
});

/** A workflow whose time is up has gone on by itself, with IsTimeout=1 (B§6.3); 0 waits for ever. */
export function isWaiting(workflow: Workflow, now: number): boolean {
  const { state, startedAt, timeoutDuration } = workflow;
  if (state === 'waiting' && timeoutDuration > 0 && now >= startedAt + timeoutDuration * 1000) {
    workflow.state = 'timed_out';
    workflow.returnValues = { IsTimeout: 1 };
  }
  return workflow.state === 'waiting';
}

/** Two answers may have been accepted before the first one was carried out; the second finds the workflow gone on. */
function goOn(
  crm: Crm,
  surroundings: Surroundings,
  workflow: Workflow,
  sent: { readonly [name: string]: unknown },
  message: string | null,
): void {
  if (workflow.state !== 'waiting') return;
  const values = knownValues(crm, workflow, sent);
  workflow.state = 'answered';
  workflow.returnValues = values;
  workflow.logMessage = message;
  surroundings.applied({ kind: 'workflow_answered', data: { workflowId: workflow.id, values, logMessage: message } });
}

/** Names are matched without regard to case against RETURN_PROPERTIES; others are ignored (B§6.3). */
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
