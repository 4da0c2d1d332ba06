import { MethodError } from '../method.ts';

/** Checks a handler's address as Bitrix24 does (B§5.3, B§6.1): a host with a dot, http or https. Nothing else. */
export function checkHandlerUrl(handler: unknown): string {
  const url = typeof handler === 'string' && URL.canParse(handler) ? new URL(handler) : null;
  if (url === null || typeof handler !== 'string' || url.hostname.indexOf('.') <= 0) {
    throw new MethodError('ERROR_WRONG_HANDLER_URL', 'Wrong handler URL');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new MethodError('ERROR_UNSUPPORTED_PROTOCOL', 'Unsupported event handler protocol');
  }
  return handler;
}
