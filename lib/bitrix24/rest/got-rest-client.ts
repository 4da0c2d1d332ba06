import type { Clock } from '../../clock.ts';
import { REST_TIMEOUT_MS } from '../policy.ts';
import { endpointProblem } from './check-endpoint.ts';
import { httpPost, USER_AGENT } from './http-post.ts';
import { phpQuery } from './php-query.ts';
import { readAnswer } from './read-answer.ts';
import type { Endpoint, RestAnswer, RestCall, RestClient, RestParams } from './rest-call.ts';

export type RestClientOptions = {
  readonly clock: Clock;
  readonly timeoutMs?: number;
  readonly userAgent?: string;
  /** Local only: http on loopback. */
  readonly allowHttp?: boolean;
  /** Of the body; both are documented (B§1.1). */
  readonly encoding?: 'json' | 'form';
};

export function gotRestClient(options: RestClientOptions): RestClient {
  const { clock, timeoutMs = REST_TIMEOUT_MS, userAgent = USER_AGENT, allowHttp = false, encoding = 'json' } = options;
  return {
    async send(endpoint, call) {
      if (endpointProblem(endpoint.url, allowHttp) !== null) return ENDPOINT_REFUSED;

      let sentAt: number | null = null;
      const onSent = (): void => {
        sentAt = clock.now();
      };
      const url = endpoint.url + call.method;
      const posted = await httpPost({ url, ...bodyOf(endpoint, call, encoding), userAgent, timeoutMs, onSent });

      if (posted.kind === 'unsent') return posted;
      // Connecting and sending take time of their own, before which the portal cannot have begun.
      const begunBy = sentAt ?? clock.now();
      if (posted.kind === 'response') return readAnswer({ ...posted, url, begunBy });
      return { kind: 'unanswered', reason: posted.reason, status: posted.status, begunBy };
    },
  };
}

const ENDPOINT_REFUSED: RestAnswer = {
  kind: 'error',
  code: 'ENDPOINT_REFUSED',
  description: 'The stored address of the portal may not be called',
  status: null,
};

/** The token goes into the body, never into the URL (B§1.1). */
function bodyOf({ accessToken }: Endpoint, call: RestCall, encoding: 'json' | 'form') {
  const params: RestParams = accessToken === null ? call.params : { ...call.params, auth: accessToken };
  return encoding === 'json'
    ? { contentType: 'application/json', body: JSON.stringify(params) }
    : { contentType: 'application/x-www-form-urlencoded', body: phpQuery(params) };
}
