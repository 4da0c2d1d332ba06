import { createHmac, timingSafeEqual } from 'node:crypto';

/** What an event token identifies: one run of a robot in a workflow (B§6.2). */
export type EventTokenParts = { readonly workflowId: string; readonly activityName: string; readonly eventId: string };

/** `workflowId|activityName|randomId.signature`, signed with the portal's key (B§6.2). */
export function signEventToken(secret: string, { workflowId, activityName, eventId }: EventTokenParts): string {
  const text = `${workflowId}|${activityName}|${eventId}`;
  return `${text}.${signatureOf(secret, text)}`;
}

/** null: not signed by this portal. The workflow id contains a dot, so the signature follows the last one. */
export function readEventToken(secret: string, token: unknown): EventTokenParts | null {
  if (typeof token !== 'string') return null;
  const dot = token.lastIndexOf('.');
  const [text, signature] = [token.slice(0, dot), Buffer.from(token.slice(dot + 1))];
  const expected = Buffer.from(signatureOf(secret, text));
  if (dot < 0 || signature.length !== expected.length || !timingSafeEqual(signature, expected)) return null;
  const [workflowId = '', activityName = '', eventId = ''] = text.split('|');
  return { workflowId, activityName, eventId };
}

const signatureOf = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex');
