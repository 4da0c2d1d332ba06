import { RATES, type Rate } from '../bitrix24/limits.ts';
import { answersOf, batchOf } from '../bitrix24/rest/batch.ts';
import { errorPolicy } from '../bitrix24/rest/error-policy.ts';
import type { Allotment, RateBudget } from '../bitrix24/rest/rate-budget.ts';
import type {
  Asked,
  CommandAnswer,
  Endpoint,
  RequestFailure,
  RestAnswer,
  RestCall,
  RestClient,
} from '../bitrix24/rest/rest-call.ts';
import type { Grant } from './grant.ts';
import type { StoredGrant } from './grant-store.ts';
import type { PortalApi } from './portal-api.ts';
import type { StoppedMethods } from './portal-store.ts';
import { type RateLimits, rateLimits } from './rate-limits.ts';
import { type RefreshDeps, type Renewal, refreshGrant } from './refresh-grant.ts';
import { replacementOf } from './replacement-of.ts';

export type OpenPortalDeps = RefreshDeps & {
  readonly client: RestClient;
  /** As the last invocation stored it; null for a portal that was never called. */
  readonly budget: RateBudget | null;
  /** Of the portal's tariff (B§8.1). */
  readonly rate?: Rate;
  /** As they are stored; absent: none is stopped. */
  readonly stoppedMethods?: StoppedMethods | undefined;
};

/** Opens a portal for calls. Throws if the grant cannot be read, before any work has begun. */
export async function openPortal(deps: OpenPortalDeps): Promise<PortalApi> {
  await deps.grants.read(deps.memberId);
  const limits = rateLimits(deps, deps.rate ?? RATES.standard, deps.clock);

  return {
    async ask(calls, sendBy, allotment = 'all') {
      const [first] = calls;
      if (first === undefined) return { kind: 'answered', answers: [] };
      const call = calls.length === 1 ? first : batchOf(calls);

      const { answer, sentAt, version } = await exchangeWithRefresh(deps, limits, { call, sendBy, allotment });
      const asked = calls.length === 1 ? askedAlone(first, answer) : answersOf(answer, calls, deps.clock.now());
      limits.note({ calls, asked, lasted: deps.clock.now() - sentAt });
      return await unsentIfReplaced(deps, calls, unsentIfTokenEnded(calls, asked), version);
    },
    waitMs: (allotment = 'all') => limits.waitMs(allotment),
    restingUntil: limits.restingUntil,
    stoppedMethods: limits.stoppedMethods,
    room: limits.room,
    callMs: () => limits.budget().callMs ?? 0,
    budget: limits.budget,
  };
}

/** A single call was answered unless what came back speaks of the whole portal. */
function askedAlone({ method }: RestCall, answer: RestAnswer): Asked {
  if (answer.kind === 'result') return { kind: 'answered', answers: [answer] };
  const isAnswer = answer.kind === 'error' && errorPolicy(method, answer.code, answer.status).scope !== 'portal';
  return isAnswer ? { kind: 'answered', answers: [answer] } : { kind: 'failed', failure: answer };
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
  if (!wantsRefresh(call, first.answer) || stored.grant.kind === 'unreadable') return first;
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
  if (grant.kind === 'unreadable') return { answer: stopAnswer('GRANT_UNREADABLE', grant.problem), sentAt, version };
  if (sentAt > sendBy) return { answer: { kind: 'unsent', reason: 'too late' }, sentAt, version };

  limits.spend(allotment);
  return { answer: await client.send(endpointOf(grant), call), sentAt, version };
}

const endpointOf = (grant: Grant): Endpoint =>
  grant.kind === 'oauth'
    ? { url: grant.clientEndpoint, accessToken: grant.accessToken }
    : { url: grant.url, accessToken: null };

const wantsRefresh = ({ method }: RestCall, answer: RestAnswer): boolean =>
  answer.kind === 'error' && errorPolicy(method, answer.code, answer.status).action === 'refresh_token';

const withoutRequest = (answer: RestAnswer, { clock }: OpenPortalDeps, stored: StoredGrant | null): CallResult => ({
  answer,
  sentAt: clock.now(),
  version: stored?.version ?? null,
});

const stopAnswer = (code: string, description: string): RequestFailure => ({
  kind: 'error',
  code,
  description,
  status: null,
});

/** A webhook has no token to refresh, and nobody can be asked for the new address of its portal. */
const webhookRefused = (answer: RestAnswer): RequestFailure =>
  hasMoved(answer)
    ? stopAnswer('PORTAL_MOVED', 'The portal was renamed: store the webhook with its new address')
    : stopAnswer('GRANT_DEAD', 'The webhook is not accepted any more');

/** Right after a refresh there is nothing left to try: a call gets at most one (B§8.4). */
const refusedAfterRefresh = (answer: RestAnswer): RequestFailure =>
  hasMoved(answer)
    ? stopAnswer('PORTAL_MOVED', 'The portal was renamed, and the OAuth server does not know its new address yet')
    : stopAnswer('GRANT_DEAD', 'The portal does not accept the token that was just issued');

const hasMoved = (answer: RestAnswer): boolean => answer.kind === 'error' && answer.code === 'PORTAL_MOVED';

function answerFor(renewal: Exclude<Renewal, { kind: 'renewed' }>): RequestFailure {
  if (renewal.kind === 'later') return { kind: 'unsent', reason: renewal.reason, code: 'REFRESH_PENDING' };
  // A code of the OAuth server that is not documented stops the portal too.
  const { action, scope } = errorPolicy('', renewal.code, null);
  const known = action === 'stop' && scope === 'portal';
  return known
    ? stopAnswer(renewal.code, renewal.description)
    : stopAnswer('GRANT_DEAD', `${renewal.description}: ${renewal.code}`);
}

/** If the token expired between two commands, the command was not carried out, and the next request gets a new token. */
function unsentIfTokenEnded(calls: readonly RestCall[], asked: Asked): Asked {
  if (asked.kind === 'failed') return asked;
  const answers = asked.answers.map((answer, index): CommandAnswer => {
    const call = calls[index];
    const ended = answer.kind === 'error' && answer.status === null && call !== undefined && wantsRefresh(call, answer);
    return ended ? { kind: 'unsent', reason: 'the token ended within the batch' } : answer;
  });
  return { kind: 'answered', answers };
}

/**
 * A portal may refuse the grant that this process remembers while `portal add` or a new installation has stored another
 * one. Then the refusal means nothing, and the next request uses the new grant.
 */
async function unsentIfReplaced(
  deps: OpenPortalDeps,
  calls: readonly RestCall[],
  asked: Asked,
  version: string | null,
): Promise<Asked> {
  const answers = asked.kind === 'failed' ? [asked.failure] : asked.answers;
  const isStop = answers.map((answer, index) => stops(calls[index], answer));
  if (!isStop.includes(true)) return asked;
  if ((await replacementOf(deps, version)) === null) return asked;
  const unsent = { kind: 'unsent', reason: 'the grant was replaced' } as const;
  return asked.kind === 'failed'
    ? { kind: 'failed', failure: unsent }
    : { kind: 'answered', answers: asked.answers.map((answer, index) => (isStop[index] === true ? unsent : answer)) };
}

const stops = (call: RestCall | undefined, answer: RestAnswer): boolean =>
  answer.kind === 'error' && errorPolicy(call?.method ?? '', answer.code, answer.status).action === 'stop';
