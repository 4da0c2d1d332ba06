import type { Element } from '../crm/element.ts';
import { typeIdOf } from '../crm/parse-element.ts';
import { parseId } from '../crm/parse-id.ts';
import { LONGEST_EVENT_TOKEN, LONGEST_ROBOT_ID } from '../policy.ts';
import { type Form, groupAt, textAt } from './form.ts';
import { type InboundAuth, type Rejection, readAuth, rejection } from './inbound-auth.ts';

/** One run of a robot in an automation rule (B§6.2). */
export type InboundRobotCall = {
  readonly kind: 'robot_call';
  readonly auth: InboundAuth;
  readonly workflowId: string;
  /** The robot's code. */
  readonly code: string;
  /** The element that the workflow runs on; null when it runs on something outside CRM. */
  readonly document: Element | null;
  /** The credential for answering, new for every run (B§6.2). Never logged. */
  readonly eventToken: string;
  readonly properties: Form;
  /** Whether the workflow waits for an answer. */
  readonly useSubscription: boolean;
  /** Seconds after which the workflow stops waiting; 0: never. */
  readonly timeoutDuration: number;
};

/** The id of a CRM document of any type (B§6.4). */
const CRM_DOCUMENT = /^[A-Z][A-Z0-9_]{0,40}_[1-9]\d{0,15}$/;
const PRINTABLE = /^[\x21-\x7e]+$/;
const NO_PROPERTIES: Form = Object.create(null);

/** Reads a robot's call. The sender is not verified yet. */
export function readRobotCall(form: Form): InboundRobotCall | Rejection {
  if ('event' in form) return { kind: 'rejected', reason: 'event is present: this is not a robot call' };

  const auth = readAuth(form);
  if ('reason' in auth) return auth;

  const workflowId = printableAt(form, 'workflow_id', LONGEST_ROBOT_ID);
  if (workflowId === undefined) return rejection('workflow_id');
  const code = printableAt(form, 'code', LONGEST_ROBOT_ID);
  if (code === undefined) return rejection('code');
  const eventToken = printableAt(form, 'event_token', LONGEST_EVENT_TOKEN);
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
    // A missing key or an empty text: the rule sets no properties (B§6.2).
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

/** The types that robots are known to run on (B§6.4). `SMART_INVOICE_3` and `DYNAMIC_147_1` both have two underscores. */
const DOCUMENT = /^(LEAD|DEAL|CONTACT|COMPANY|QUOTE|SMART_INVOICE|DYNAMIC_\d{1,16})_(\d{1,16})$/;

/** The element of a document id, `[module, class, id]`; null when it is not one of CRM. */
export function parseDocumentId([module, , id]: readonly string[]): Element | null {
  const match = module === 'crm' && id !== undefined ? DOCUMENT.exec(id) : null;
  const entityTypeId = match === null ? null : typeIdOf(match[1] ?? '');
  const entityId = match === null ? null : parseId(match[2]);
  return entityTypeId === null || entityId === null ? null : { entityTypeId, entityId };
}

const secondsIn = (text: string | undefined): number =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;
