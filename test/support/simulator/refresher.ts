import type { PortalServer } from '../../../lib/simulator/server/portal.ts';
import { type Reply, replyOf } from './test-server.ts';

export type Refresh = (refreshToken: string, more?: Record<string, string>) => Promise<Reply>;

/** Refreshes as the application of this portal; `more` overrides what the form says. */
export const refresher =
  ({ oauth }: PortalServer): Refresh =>
  async (refreshToken, more = {}) => {
    const credentials = { client_id: oauth.clientId, client_secret: oauth.clientSecret };
    const form = { grant_type: 'refresh_token', ...credentials, refresh_token: refreshToken, ...more };
    return replyOf(await fetch(`${oauth.url}/oauth/token/`, { method: 'POST', body: new URLSearchParams(form) }));
  };
