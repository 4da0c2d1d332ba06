import { errorPolicy, failureCode } from '../../bitrix24/rest/error-policy.ts';
import type { Asked, CommandAnswer, RestCall } from '../../bitrix24/rest/rest-call.ts';
import type { Clock } from '../../clock.ts';
import type { PortalApi } from '../../portal/portal-api.ts';
import { SEND_WITHIN_MS } from '../policy.ts';
import type { Deadline } from '../worker-ports.ts';
import { waitForRate } from './wait-for-rate.ts';

/** What a request tells about the portal as a whole. */
export type Diagnosis =
  /** Whatever failed is about what was in the request. */
  | { readonly kind: 'well' }
  /** It is of no use at the moment, whatever it is asked. */
  | { readonly kind: 'trouble'; readonly code: string }
  /** It cannot be served until a person acts (D§3). */
  | { readonly kind: 'stop'; readonly code: string };

export type DiagnosisDeps = {
  readonly api: PortalApi;
  readonly clock: Clock;
  /** Absent: time is not limited. */
  readonly deadline?: Deadline;
};

const WELL: Diagnosis = { kind: 'well' };

/** A small call that needs only the scope that everything here needs, is about no item, and costs the portal nothing. */
const NEUTRAL_CALL: RestCall = { method: 'crm.enum.ownertype', params: {} };

/**
 * Whose trouble it is when nothing of a request went well: that of the portal, or that of what was in the request. A neutral
 * call tells, since nothing of the request is in it (D§2).
 */
export async function diagnose(deps: DiagnosisDeps, calls: readonly RestCall[], asked: Asked): Promise<Diagnosis> {
  const code = codeOfTrouble(calls, asked);
  if (code === null) return WELL;
  const certain = certainDiagnosis(asked);
  if (certain !== null) return certain;
  if (deps.deadline?.allows() === false) return { kind: 'trouble', code };
  return (await askNeutral(deps)) ?? { kind: 'trouble', code };
}

/** Whether a portal that was in trouble is well again. */
export const diagnoseAgain = async (deps: DiagnosisDeps, code: string): Promise<Diagnosis> =>
  (await askNeutral(deps)) ?? { kind: 'trouble', code };

/** null: it could not be asked. */
async function askNeutral({ api, clock }: DiagnosisDeps): Promise<Diagnosis | null> {
  if ((await waitForRate(api, clock)).kind === 'rest') return null;
  const asked = await api.ask([NEUTRAL_CALL], clock.now() + SEND_WITHIN_MS);
  const code = codeOfTrouble([NEUTRAL_CALL], asked);
  if (code === null) return WELL;
  const isRefused =
    asked.kind === 'answered' && asked.answers.some((answer) => actionOf(NEUTRAL_CALL, answer) === 'stop');
  return isRefused ? { kind: 'stop', code } : (certainDiagnosis(asked) ?? { kind: 'trouble', code });
}

/** What needs no neutral call: Bitrix24 itself has spoken of the portal. */
function certainDiagnosis(asked: Asked): Diagnosis | null {
  if (asked.kind === 'answered' || asked.failure.kind !== 'error') return null;
  const code = failureCode(asked.failure);
  const { action, scope } = errorPolicy('', asked.failure.code, asked.failure.status);
  if (action === 'stop' && scope === 'portal') return { kind: 'stop', code };
  return code === 'QUERY_LIMIT_EXCEEDED' ? { kind: 'trouble', code } : null;
}

/** Why nothing of a request went well; null: something did, or Bitrix24 has refused or postponed it by name. */
function codeOfTrouble(calls: readonly RestCall[], asked: Asked): string | null {
  if (asked.kind === 'failed') {
    const { failure } = asked;
    const isResting = failure.kind === 'error' && errorPolicy('batch', failure.code, failure.status).action === 'rest';
    return isResting ? null : failureCode(failure);
  }
  const codes = asked.answers.map((answer, index) => {
    const action = actionOf(calls[index], answer);
    return answer.kind !== 'result' && (action === null || action === 'retry' || action === 'stop')
      ? failureCode(answer)
      : null;
  });
  return codes.includes(null) ? null : (codes[0] ?? null);
}

/** null: it has no error. */
const actionOf = (call: RestCall | undefined, answer: CommandAnswer) =>
  answer.kind === 'error' ? errorPolicy(call?.method ?? '', answer.code, answer.status).action : null;
