import { httpPost, USER_AGENT } from '../../bitrix24/rest/http-post.ts';
import type { Config } from '../../config.ts';
import { PROBE_TIMEOUT_MS } from '../policy.ts';

/**
 * Whether nobody answers at the address that Bitrix24 is told to call; false when that address is not known. Our function
 * refuses an empty call with 400; any other answer means that Bitrix24 does not reach it either.
 */
export async function areHandlersUnreachable({ publicUrl }: Config): Promise<boolean> {
  if (publicUrl === '') return false;
  const contentType = 'application/x-www-form-urlencoded';
  const url = `${publicUrl}/install`;
  const posted = await httpPost({ url, contentType, body: '', userAgent: USER_AGENT, timeoutMs: PROBE_TIMEOUT_MS });
  return posted.kind !== 'response' || posted.status !== 400;
}
