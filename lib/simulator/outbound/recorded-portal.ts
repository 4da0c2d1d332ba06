import type { AuthBlock } from './event-body.ts';

/** Thu, 9 Jan 2025 06:56:47 UTC */
export const RECORDED_AT = 1_736_405_807_000;

/** The portal of the recordings; all values are made up. */
export const RECORDED_AUTH: AuthBlock = {
  domain: 'acme.bitrix24.com',
  server_endpoint: 'https://oauth.bitrix.info/rest/',
  client_endpoint: 'https://acme.bitrix24.com/rest/',
  member_id: 'd897063e1ce7c5eb9f04b9751eef5915',
  application_token: '51856fefc120afa4b628cc82d3935cce',
};

export const RECORDED_TOKENS: AuthBlock = {
  access_token: 'recorded-access-token-of-user-67',
  expires: '1736409407',
  expires_in: '3600',
  scope: 'crm,bizproc',
  status: 'L',
  user_id: '67',
};
