import type { AuthBlock } from './event-body.ts';
import { formBody } from './form-body.ts';

export type RobotCall = {
  readonly workflowId: string;
  readonly code: string;
  /** Module, class, id (B§6.4). */
  readonly documentId: readonly [string, string, string];
  readonly documentType: readonly [string, string, string];
  readonly eventToken: string;
  /** null becomes the empty string; if there are none the key is absent (B§6.2). */
  readonly properties: { readonly [name: string]: unknown };
  readonly useSubscription: boolean;
  /** Seconds, 0 = none. */
  readonly timeoutDuration: number;
  /** When the portal called, ms. */
  readonly at: number;
  readonly auth: AuthBlock;
};

/** The body of a robot's POST (B§6.2): no `event` key, which is how it differs from an event's. */
export const robotBody = (call: RobotCall): string =>
  formBody({
    workflow_id: call.workflowId,
    code: call.code,
    document_id: call.documentId,
    document_type: call.documentType,
    event_token: call.eventToken,
    properties: Object.fromEntries(Object.entries(call.properties).map(([name, value]) => [name, value ?? ''])),
    use_subscription: call.useSubscription ? 'Y' : 'N',
    timeout_duration: call.timeoutDuration,
    ts: Math.floor(call.at / 1000),
    auth: call.auth,
  });
