import type { ServerResponse } from 'node:http';
import { gotRestClient, type RestClientOptions } from '../../../lib/bitrix24/rest/got-rest-client.ts';
import type { RestAnswer, RestCall, RestClient } from '../../../lib/bitrix24/rest/rest-call.ts';
import { type FixtureServer, fixtureServer, type Received } from './fixture-server.ts';

export const NOW = 1_790_000_000_000;
export const clock = { now: () => NOW, sleep: () => Promise.resolve() };
export const CALL: RestCall = {
  method: 'crm.activity.binding.delete',
  params: { activityId: 999, entityTypeId: 2, entityId: 1 },
};

const servers: FixtureServer[] = [];

/** A portal for one test, to be closed by `closePortals`. */
export async function portal(answer: (request: Received, response: ServerResponse) => void): Promise<FixtureServer> {
  const server = await fixtureServer(answer);
  servers.push(server);
  return server;
}

export async function closePortals(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.close()));
}

export const client = (options: Partial<RestClientOptions> = {}): RestClient =>
  gotRestClient({ clock, allowHttp: true, ...options });

/** What the client makes of one response to one call that carries two secrets. */
export async function answerTo(
  respond: (response: ServerResponse) => void,
  options: Partial<RestClientOptions> = {},
): Promise<RestAnswer> {
  const server = await portal((_, response) => respond(response));
  return client(options).send({ url: `${server.url}/rest/1/secret-code/`, accessToken: 'secret-token' }, CALL);
}
