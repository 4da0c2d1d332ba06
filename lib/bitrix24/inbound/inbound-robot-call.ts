import type { Element } from '../crm/element.ts';
import { type Form, groupAt, textAt } from './form.ts';
import { type InboundAuth, type Rejection, readAuth, rejection } from './inbound-auth.ts';
import { parseDocumentId } from './parse-document-id.ts';

/** One run of an automation rule (B§6.2). */
export type InboundRobotCall = {
  readonly kind: 'robot_call';
  readonly auth: InboundAuth;
  readonly workflowId: string;
  /** The robot's code. */
  readonly code: string;
  /** What the workflow runs on; null when that is not a CRM element. */
  readonly document: Element | null;
  /** The credential for the answer, new for every run (B§6.2). Never logged. */
  readonly eventToken: string;
  readonly properties: Form;
  /** Whether the workflow waits for an answer. */
  readonly useSubscription: boolean;
  /** Seconds until the workflow stops waiting; 0: never. */
  readonly timeoutDuration: number;
};

/** A document of CRM, of whatever type: Bitrix24 itself writes nothing else (B§6.4). */
const CRM_DOCUMENT = /^[A-Z][A-Z0-9_]{0,40}_[1-9]\d{0,15}$/;
const PRINTABLE = /^[\x21-\x7e]+$/;
const NO_PROPERTIES: Form = Object.create(null);

/** Reads a robot's call; the sender is still to be verified. */
export function readRobotCall(form: Form): InboundRobotCall | Rejection {
  if ('event' in form) return { kind: 'rejected', reason: 'event is present: this is not a robot call' };

  const auth = readAuth(form);
  if ('reason' in auth) return auth;

  const workflowId = printableAt(form, 'workflow_id', 128);
  if (workflowId === undefined) return rejection('workflow_id');
  const code = printableAt(form, 'code', 128);
  if (code === undefined) return rejection('code');
  const eventToken = printableAt(form, 'event_token', 2048);
  if (eventToken === undefined) return rejection('event_token');
  if (groupAt(form, 'document_id') === undefined) return rejection('document_id');
  if (textAt(form, 'document_id', '0') === 'crm' && !CRM_DOCUMENT.test(textAt(form, 'document_id', '2') ?? '')) {
    return rejection('document_id[2]');
  }

  return {
    kind: 'robot_call',
    auth,
    workflowId,
    code,
    document: documentOf(form),
    eventToken,
    // An absent key or an empty text: the rule has no properties (B§6.2).
    properties: groupAt(form, 'properties') ?? NO_PROPERTIES,
    useSubscription: textAt(form, 'use_subscription')?.toUpperCase() === 'Y',
    timeoutDuration: secondsIn(textAt(form, 'timeout_duration')),
  };
}

function printableAt(form: Form, name: string, longest: number): string | undefined {
  const text = textAt(form, name);
  return text !== undefined && text.length <= longest && PRINTABLE.test(text) ? text : undefined;
}

const documentOf = (form: Form): Element | null =>
  parseDocumentId(['0', '1', '2'].map((index) => textAt(form, 'document_id', index) ?? ''));

const secondsIn = (text: string | undefined): number =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;
