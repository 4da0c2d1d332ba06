import { httpPost, USER_AGENT } from '../../bitrix24/rest/http-post.ts';
import type { Config } from '../../config.ts';

const PROBE_MS = 10_000;

/**
 * Whether nobody answers where Bitrix24 is told to call; false where that address is not known. An empty call is refused by
 * the function itself; anything else means that Bitrix24 does not reach it either.
 */
export async function handlersSilent({ publicUrl }: Config): Promise<boolean> {
  if (publicUrl === '') return false;
  const contentType = 'application/x-www-form-urlencoded';
  const url = `${publicUrl}/install`;
  const posted = await httpPost({ url, contentType, body: '', userAgent: USER_AGENT, timeoutMs: PROBE_MS });
  return posted.kind !== 'response' || posted.status !== 400;
}
