import { MethodError } from '../method.ts';

type Row = { readonly status: number; readonly text: string };

/** Errors of the OAuth server with the statuses they were observed with (B§4.3). */
const ROWS: { readonly [code: string]: Row } = {
  invalid_request: { status: 400, text: 'Invalid request' },
  invalid_client: { status: 401, text: 'The client credentials are invalid' },
  wrong_client: { status: 200, text: 'Wrong client' },
  invalid_grant: { status: 400, text: 'Invalid refresh token' },
  insufficient_scope: { status: 403, text: 'The request requires higher privileges than provided by the access token' },
  invalid_scope: { status: 403, text: 'The requested scope is invalid' },
  PAYMENT_REQUIRED: { status: 401, text: 'Payment required' },
  NOT_INSTALLED: { status: 401, text: 'Application not installed' },
  bad_verification_code: { status: 400, text: 'The verification code is invalid or expired' },
  expired_token: { status: 401, text: 'The access token provided has expired' },
  invalid_token: { status: 401, text: 'Unable to get application by token' },
  NO_AUTH_FOUND: { status: 401, text: 'Wrong authorization data' },
};

export function oauthError(code: string, text?: string): MethodError {
  const row = ROWS[code] ?? { status: 400, text: code };
  return new MethodError(code, text ?? row.text, row.status);
}
