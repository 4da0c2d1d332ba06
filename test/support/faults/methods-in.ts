import type { RestCall } from '../../../lib/bitrix24/rest/rest-call.ts';

/** The methods that a request calls, in order: those of a batch, or its own. */
export function methodsIn({ method, params }: RestCall): string[] {
  if (method !== 'batch') return [method];
  return Object.values(Object(params.cmd)).map((command) => String(command).split('?')[0] ?? '');
}
