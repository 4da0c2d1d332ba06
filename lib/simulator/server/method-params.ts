import type { Params } from '../method.ts';

/** Parameters of the call, not of the method: removed before it runs. */
const OF_THE_CALL = ['auth', 'access_token', 'auth_connector', 'state'];

export const methodParams = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).filter(([name]) => !OF_THE_CALL.includes(name)));
