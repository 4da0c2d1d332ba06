import { RATES, type Rate } from '../bitrix24/limits.ts';
import { answersOf, batchOf } from '../bitrix24/rest/batch.ts';
import { errorPolicy } from '../bitrix24/rest/error-policy.ts';
import type { Allotment, RateBudget } from '../bitrix24/rest/rate-budget.ts';
import type { Endpoint, RestAnswer, RestCall, RestClient } from '../bitrix24/rest/rest-call.ts';
import type { Grant } from './grant.ts';
import type { StoredGrant } from './grant-store.ts';
import type { PortalApi } from './portal-api.ts';
import { type RateLimits, rateLimits } from './rate-limits.ts';
import { type RefreshDeps, type Renewal, refreshGrant } from './refresh-grant.ts';

export type OpenPortalDeps = RefreshDeps & {
  readonly client: RestClient;
  /** As the last invocation stored it; null for a portal that was never called. */
  readonly budget: RateBudget | null;
  /** Of the portal's tariff (B§8.1). */
  readonly rate?: Rate;
};

/** Opens a portal for calls. Throws if the grant cannot be read, before any work has begun. */
export async function openPortal(deps: OpenPortalDeps): Promise<PortalApi> {
  await deps.grants.read(deps.memberId);
  const limits = rateLimits(deps.budget, deps.rate ?? RATES.standard, deps.clock);

  return {
    async ask(calls, sendBy, allotment = 'all') {
      const [first] = calls;
      if (first === undefined) return [];
      const call = calls.length === 1 ? first : batchOf(calls);

      const { answer, sentAt, version } = await exchangeWithRefresh(deps, limits, { call, sendBy, allotment });
      const answers = calls.length === 1 ? [answer] : answersOf(answer, calls, sentAt).map(unsentIfTokenEnded(calls));
      limits.note({ calls, answers, whole: answer, lasted: deps.clock.now() - sentAt });
      return await unsentIfReplaced(deps, calls, answers, version);
    },
    waitMs: (allotment = 'all') => limits.waitMs(allotment),
    restingUntil: limits.restingUntil,
    room: limits.room,
    callMs: () => limits.budget().callMs ?? 0,
    budget: limits.budget,
  };
}

type Request = { readonly call: RestCall; readonly sendBy: number; readonly allotment: Allotment };

/** An answer, when its request was sent (ms), and the version of the grant that was used (null: there is no grant). */
type CallResult = { readonly answer: RestAnswer; readonly sentAt: number; readonly version: string | null };

/** Sends the call, and if the portal asks for a new token or has a new address, once more with that. */
async function exchangeWithRefresh(deps: OpenPortalDeps, limits: RateLimits, request: Request): Promise<CallResult> {
  const { call } = request;
  const stored = await deps.grants.read(deps.memberId);
  if (stored === null) return withoutRequest(stopAnswer('GRANT_MISSING', 'The portal is not known'), deps, null);

  const first = await send(deps, limits, request, stored);
  if (!wantsRefresh(call, first.answer)) return first;
  if (stored.grant.kind === 'webhook') return withoutRequest(webhookRefused(first.answer), deps, stored);

  const renewal = await refreshGrant(deps, stored);
  if (renewal.kind !== 'renewed') return withoutRequest(answerFor(renewal), deps, stored);

  const second = await send(deps, limits, request, renewal.stored);
  return wantsRefresh(call, second.answer)
    ? withoutRequest(refusedAfterRefresh(second.answer), deps, renewal.stored)
    : second;
}

async function send(
  { client, clock }: OpenPortalDeps,
  limits: RateLimits,
  { call, sendBy, allotment }: Request,
  { grant, version }: StoredGrant,
): Promise<CallResult> {
  const sentAt = clock.now();
  if (sentAt > sendBy) return { answer: { kind: 'unsent', reason: 'too late' }, sentAt, version };

  limits.spend(allotment);
  return { answer: await client.send(endpointOf(grant), call), sentAt, version };
}

const endpointOf = (grant: Grant): Endpoint =>
  grant.kind === 'oauth'
    ? { url: grant.clientEndpoint, accessToken: grant.accessToken }
    : { url: grant.url, accessToken: null };

const wantsRefresh = ({ method }: RestCall, answer: RestAnswer): boolean =>
  answer.kind === 'error' && errorPolicy(method, answer.code, answer.status) === 'refresh_token';

const withoutRequest = (answer: RestAnswer, { clock }: OpenPortalDeps, stored: StoredGrant | null): CallResult => ({
  answer,
  sentAt: clock.now(),
  version: stored?.version ?? null,
});

const stopAnswer = (code: string, description: string): RestAnswer => ({
  kind: 'error',
  code,
  description,
  status: null,
});

/** A webhook has no token to refresh, and nobody can be asked for the new address of its portal. */
const webhookRefused = (answer: RestAnswer): RestAnswer =>
  hasMoved(answer)
    ? stopAnswer('PORTAL_MOVED', 'The portal was renamed: store the webhook with its new address')
    : stopAnswer('GRANT_DEAD', 'The webhook is not accepted any more');

/** Right after a refresh there is nothing left to try: a call gets at most one (B§8.4). */
const refusedAfterRefresh = (answer: RestAnswer): RestAnswer =>
  hasMoved(answer)
    ? stopAnswer('PORTAL_MOVED', 'The portal was renamed, and the OAuth server does not know its new address yet')
    : stopAnswer('GRANT_DEAD', 'The portal does not accept the token that was just issued');

const hasMoved = (answer: RestAnswer): boolean => answer.kind === 'error' && answer.code === 'PORTAL_MOVED';

function answerFor(renewal: Exclude<Renewal, { kind: 'renewed' }>): RestAnswer {
  if (renewal.kind === 'later') return { kind: 'unsent', reason: renewal.reason };
  // A code of the OAuth server that is not documented stops the portal too.
  const known = errorPolicy('', renewal.code, null) === 'stop_portal';
  return known
    ? stopAnswer(renewal.code, renewal.description)
    : stopAnswer('GRANT_DEAD', `${renewal.description}: ${renewal.code}`);
}

/** If the token expired between two commands, the command was not carried out, and the next request gets a new token. */
const unsentIfTokenEnded =
  (calls: readonly RestCall[]) =>
  (answer: RestAnswer, index: number): RestAnswer => {
    const call = calls[index];
    const ended = answer.kind === 'error' && answer.status === null && call !== undefined && wantsRefresh(call, answer);
    return ended ? { kind: 'unsent', reason: 'the token ended within the batch' } : answer;
  };

/**
 * A portal may refuse the grant that this process remembers while `portal add` or a new installation has stored another
 * one. Then the refusal means nothing, and the next request uses the new grant.
 */
async function unsentIfReplaced(
  { grants, memberId }: OpenPortalDeps,
  calls: readonly RestCall[],
  answers: RestAnswer[],
  version: string | null,
): Promise<RestAnswer[]> {
  if (!answers.some((answer, index) => stopsPortal(calls[index], answer))) return answers;
  const current = await grants.fresh(memberId);
  if (current === null || current.version === version) return answers;
  return answers.map((answer, index) =>
    stopsPortal(calls[index], answer) ? { kind: 'unsent', reason: 'the grant was replaced' } : answer,
  );
}

const stopsPortal = (call: RestCall | undefined, answer: RestAnswer): boolean =>
  answer.kind === 'error' && errorPolicy(call?.method ?? '', answer.code, answer.status) === 'stop_portal';
