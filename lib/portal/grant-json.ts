import * as z from 'zod/mini';
import { MEMBER_ID } from '../bitrix24/member-id.ts';
import { LONGEST_TOKEN } from '../bitrix24/policy.ts';
import type { Grant } from './grant.ts';

/** What each field of a grant accepts, for the person who typed it. */
const ACCEPTED: { readonly [field: string]: string } = {
  kind: 'must be "oauth" or "webhook"',
  memberId: 'must be 1 to 64 letters, digits, dots, dashes or underscores',
  clientEndpoint: "must be the portal's REST address: a URL that ends with /rest/",
  serverEndpoint: "must be the OAuth server's REST address: a URL that ends with /rest/",
  accessToken: 'must be a text that is not empty',
  refreshToken: 'must be a text that is not empty',
  applicationToken: 'must be a text that is not empty',
  userId: 'must be a positive whole number, or missing',
  scope: 'must be a list of scopes, such as ["crm", "bizproc"]',
  issuedAt: 'must be a time in ISO 8601, or missing',
  url: 'must be the address of an inbound webhook: https://{host}/rest/{user id}/{code}/',
};

const WEBHOOK_URL = /^https?:\/\/[^/?#\s]+\/rest\/\d+\/[\w-]+\/?$/;

const token = z.string().check(z.minLength(1), z.maxLength(LONGEST_TOKEN));
const memberId = z.string().check(z.regex(MEMBER_ID));
const restBase = z
  .string()
  .check(z.refine((text) => text.endsWith('/rest/') && ['https:', 'http:'].includes(URL.parse(text)?.protocol ?? '')));
const time = z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text))));

const OauthJson = z.object({
  kind: z.literal('oauth'),
  memberId,
  clientEndpoint: restBase,
  serverEndpoint: restBase,
  accessToken: token,
  refreshToken: token,
  applicationToken: token,
  userId: z._default(z.nullable(z.int().check(z.positive())), null),
  scope: z._default(z.union([z.array(z.string()), z.string()]), []),
  issuedAt: z._default(z.nullable(time), null),
});

const WebhookJson = z.object({
  kind: z.literal('webhook'),
  memberId: z.optional(memberId),
  url: z.string().check(z.regex(WEBHOOK_URL)),
  applicationToken: z._default(z.nullable(token), null),
});

const GrantJson = z.discriminatedUnion('kind', [OauthJson, WebhookJson]);

export type GrantReading = { readonly grant: Grant } | { readonly problem: string };

/**
 * Reads a grant in its stored form (D§4), or as people type it. Only the form of an address is checked here; whether it may
 * be called is decided before every call. A problem names a field and what it accepts, never its value.
 */
export function parseGrant(value: unknown): GrantReading {
  const parsed = GrantJson.safeParse(value);
  if (!parsed.success) return { problem: problemOf(parsed.error.issues[0]?.path[0]) };

  const { data } = parsed;
  if (data.kind === 'oauth') return { grant: { ...data, scope: scopesOf(data.scope) } };
  const url = data.url.endsWith('/') ? data.url : `${data.url}/`;
  return { grant: { ...data, url, memberId: data.memberId ?? webhookMemberId(url) } };
}

/** The grant as the value of its secret. */
export const grantToJson = (grant: Grant): string => JSON.stringify(grant);

/** A webhook does not tell its portal's member_id: if none is given, the host stands for it. */
const webhookMemberId = (url: string): string => new URL(url).host.replace(/[^\w.-]/g, '-').slice(0, 64);

/** A list, or a text separated by commas or spaces (B§10). */
const scopesOf = (scope: string | readonly string[]): readonly string[] =>
  typeof scope === 'string' ? scope.split(/[\s,]+/).filter((part) => part !== '') : scope;

function problemOf(field: PropertyKey | undefined): string {
  const accepted = typeof field === 'string' ? ACCEPTED[field] : undefined;
  return accepted === undefined ? 'the grant must be a JSON object' : `${String(field)} ${accepted}`;
}
