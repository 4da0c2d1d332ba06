import { MethodError } from './method.ts';

type Row = { readonly docs: number; readonly source: number; readonly text: string };

const row = (docs: number, source: number, text: string): Row => ({ docs, source, text });

/** The portal's own errors (B§8.4): the status in the documentation, the status in the server's source, and the text. */
const ROWS: { readonly [code: string]: Row } = {
  INTERNAL_SERVER_ERROR: row(500, 500, 'Internal server error'),
  ERROR_UNEXPECTED_ANSWER: row(500, 500, 'Unexpected answer'),
  QUERY_LIMIT_EXCEEDED: row(503, 503, 'Too many requests'),
  OPERATION_TIME_LIMIT: row(429, 429, 'Method is blocked due to operation time limit.'),
  OVERLOAD_LIMIT: row(503, 401, 'REST API is blocked due to overload.'),
  EXPIRED_TOKEN: row(401, 401, 'The access token provided has expired'),
  INVALID_TOKEN: row(401, 401, 'Unable to get application by token'),
  NO_AUTH_FOUND: row(401, 401, 'Wrong authorization data'),
  CONNECTION_ERROR: row(401, 401, 'Error connecting to authorization server'),
  AUTHORIZATION_ERROR: row(401, 401, 'Unable to authorize user'),
  APPLICATION_NOT_FOUND: row(401, 401, 'Application not found'),
  ERROR_OAUTH: row(401, 401, 'Application not installed'),
  INVALID_REQUEST: row(400, 401, 'Https required.'),
  INVALID_CREDENTIALS: row(403, 401, 'Invalid request credentials'),
  INSUFFICIENT_SCOPE: row(403, 401, 'The request requires higher privileges than provided by the access token'),
  USER_ACCESS_ERROR: row(403, 401, 'The user does not have access to the application.'),
  // The plan's refusal; the same code with 400 is about an element, with 403 about rights (B§8.4).
  ACCESS_DENIED: row(403, 401, 'REST is available only on commercial plans.'),
  ALLOWED_ONLY_INTRANET_USER: row(403, 403, 'Only intranet users are allowed'),
  WRONG_AUTH_TYPE: row(403, 403, 'Current authorization type is denied for this method'),
  WRONG_LICENSE: row(403, 403, 'Wrong license'),
  PAYMENT_REQUIRED: row(401, 401, 'Payment required'),
  METHOD_CONFIRM_WAITING: row(401, 401, 'Waiting for confirmation'),
  METHOD_CONFIRM_DENIED: row(403, 403, 'Method call denied'),
  PORTAL_DELETED: row(500, 403, 'Portal was deleted'),
  ERROR_METHOD_NOT_FOUND: row(404, 404, 'Method not found!'),
  ERROR_BATCH_METHOD_NOT_ALLOWED: row(405, 405, 'Method is not allowed for batch usage'),
  ERROR_BATCH_LENGTH_EXCEEDED: row(400, 400, 'Max batch length exceeded'),
  ERROR_CORE: row(500, 500, 'SQL query error!'),
};

/** An error of the portal itself, by code; the code keeps its case. An unknown code is a business error: 400 (B§1.3). */
export function systemError(code: string, statuses: 'docs' | 'source' = 'docs'): MethodError {
  const { text, ...status } = ROWS[code.toUpperCase()] ?? row(400, 400, code);
  return new MethodError(code, text, status[statuses]);
}
