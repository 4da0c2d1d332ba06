import type { Endpoint, RestAnswer, RestCall } from './rest-call.ts';

/** Sends one HTTP request for one call. Never throws for anything the network or the other side does. */
export interface RestClient {
  send(endpoint: Endpoint, call: RestCall): Promise<RestAnswer>;
}
