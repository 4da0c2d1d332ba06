import { answersOf, batchOf } from '../bitrix24/rest/batch.ts';
import { errorPolicy } from '../bitrix24/rest/error-policy.ts';
import { type Allotment, type Budget, RATES, type Rate } from '../bitrix24/rest/rate-budget.ts';
import type { Endpoint, RestAnswer, RestCall } from '../bitrix24/rest/rest-call.ts';
import type { RestClient } from '../bitrix24/rest/rest-client.ts';
import type { Grant } from './grant.ts';
import type { StoredGrant } from './grant-store.ts';
import type { PortalApi } from './portal-api.ts';
import { type Limits, limitsOf } from './rate-limits.ts';
import { type RefreshDeps, type Renewal, refreshGrant } from './refresh-grant.ts';

export type OpenPortalDeps = RefreshDeps & {
  readonly client: RestClient;
  /** As kept by the last invocation; null for a portal that was never called. */
  readonly budget: Budget | null;
  /** By the portal's plan (B§8.1). */
  readonly rate?: Rate;
};

/** Opens a portal for calls. A store that cannot be read shows here, before any work begins. */
export async function openPortal(deps: OpenPortalDeps): Promise<PortalApi> {
  await deps.grants.read(deps.memberId);
  const limits = limitsOf(deps.budget, deps.rate ?? RATES.standard, deps.clock);

  return {
    async ask(calls, sendBy, allotment = 'all') {
      const [first] = calls;
      if (first === undefined) return [];
      const call = calls.length === 1 ? first : batchOf(calls);

      const { answer, sentAt, version } = await exchanged(deps, limits, { call, sendBy, allotment });
      const answers = calls.length === 1 ? [answer] : answersOf(answer, calls, sentAt).map(unsentIfTokenEnded(calls));
      limits.note({ calls, answers, whole: answer, lasted: deps.clock.now() - sentAt });
      return await unsentIfReplaced(deps, calls, answers, version);
    },
    waitMs: (allotment = 'all') => limits.waitMs(allotment),
    restingUntil: limits.restingUntil,
    room: limits.room,
    budget: limits.budget,
  };
}

type Request = { readonly call: RestCall; readonly sendBy: number; readonly allotment: Allotment };

/** `version`: of the grant that was used. */
type Exchanged = { readonly answer: RestAnswer; readonly sentAt: number; readonly version: string | null };

/** Sends the call, and once more with a new token or to a new address if that is what the portal asks for. */
async function exchanged(deps: OpenPortalDeps, limits: Limits, request: Request): Promise<Exchanged> {
  const { call } = request;
  const stored = await deps.grants.read(deps.memberId);
  if (stored === null) return local(stopped('GRANT_MISSING', 'The portal is not known'), deps, null);

  const first = await sent(deps, limits, request, stored);
  if (!wantsRefresh(call, first.answer)) return first;
  if (stored.grant.kind === 'webhook') return local(webhookEnd(first.answer), deps, stored);

  const renewal = await refreshGrant(deps, stored);
  if (renewal.kind !== 'renewed') return local(answerTo(renewal), deps, stored);

  const second = await sent(deps, limits, request, renewal.stored);
  return wantsRefresh(call, second.answer) ? local(stillRefused(second.answer), deps, renewal.stored) : second;
}

async function sent(
  { client, clock }: OpenPortalDeps,
  limits: Limits,
  { call, sendBy, allotment }: Request,
  { grant, version }: StoredGrant,
): Promise<Exchanged> {
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

const local = (answer: RestAnswer, { clock }: OpenPortalDeps, stored: StoredGrant | null): Exchanged => ({
  answer,
  sentAt: clock.now(),
  version: stored?.version ?? null,
});

const stopped = (code: string, description: string): RestAnswer => ({ kind: 'error', code, description, status: null });

/** A webhook has no tokens to refresh, and nobody to ask for its portal's new address. */
const webhookEnd = (answer: RestAnswer): RestAnswer =>
  hasMoved(answer)
    ? stopped('PORTAL_MOVED', 'The portal was renamed: store the webhook with its new address')
    : stopped('GRANT_DEAD', 'The webhook is not accepted any more');

/** Right after a refresh there is nothing more to try (B§8.4: at most one per call). */
const stillRefused = (answer: RestAnswer): RestAnswer =>
  hasMoved(answer)
    ? stopped('PORTAL_MOVED', 'The portal was renamed, and the OAuth server does not know its new address yet')
    : stopped('GRANT_DEAD', 'The portal does not accept the token that was just issued');

const hasMoved = (answer: RestAnswer): boolean => answer.kind === 'error' && answer.code === 'PORTAL_MOVED';

function answerTo(renewal: Exclude<Renewal, { kind: 'renewed' }>): RestAnswer {
  if (renewal.kind === 'later') return { kind: 'unsent', reason: renewal.reason };
  // A code of the OAuth server that nobody documented stops the portal too.
  const known = errorPolicy('', renewal.code, null) === 'stop_portal';
  return known
    ? stopped(renewal.code, renewal.description)
    : stopped('GRANT_DEAD', `${renewal.description}: ${renewal.code}`);
}

/** The token ended between two commands: the command was not carried out, and the next request gets a new token. */
const unsentIfTokenEnded =
  (calls: readonly RestCall[]) =>
  (answer: RestAnswer, index: number): RestAnswer => {
    const call = calls[index];
    const ended = answer.kind === 'error' && answer.status === null && call !== undefined && wantsRefresh(call, answer);
    return ended ? { kind: 'unsent', reason: 'the token ended within the batch' } : answer;
  };

/**
 * A portal that refuses us may refuse the grant that this process remembers, while `portal add` or a new installation has
 * stored another one. Then the refusal says nothing, and the next request uses the new grant.
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
