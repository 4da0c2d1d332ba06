import type { Change } from './method.ts';

/** One command of a request: the only one of a plain call, one of many in a batch. */
export type CommandRecord = {
  readonly method: string;
  /** As the method saw them, without anything secret. */
  params: { readonly [name: string]: unknown };
  /** The error code it was answered with, or null. */
  error: string | null;
  /** Whether the method ran. A batch that died or was halted did not run all of them. */
  executed: boolean;
};

/** One HTTP request as the portal saw it: tests compare a client's own account with it. Holds no secret. */
export type RequestRecord = {
  readonly at: number;
  /** When the answer was sent or the connection cut; null while neither happened. */
  finishedAt: number | null;
  readonly host: 'portal' | 'oauth';
  /** As called, lower case, without the `.json`; `oauth/token` for the token endpoint. */
  readonly method: string;
  commands: CommandRecord[];
  /** null: no answer was sent. */
  status: number | null;
  errorCode: string | null;
  readonly userAgent: string | null;
  /** Kind of the scripted fault that struck, or null. */
  fault: string | null;
  /** Which token pair of the portal was used, counted from 1; null for webhooks and unknown tokens. */
  tokenGeneration: number | null;
  /** The pair that an OAuth answer handed out. */
  issuedGeneration: number | null;
};

export type Ledger = { readonly requests: RequestRecord[]; readonly changes: Change[] };

export const createLedger = (): Ledger => ({ requests: [], changes: [] });

export const newRecord = (
  fields: Pick<RequestRecord, 'at' | 'host' | 'method' | 'userAgent' | 'commands'>,
): RequestRecord => ({
  ...fields,
  finishedAt: null,
  status: null,
  errorCode: null,
  fault: null,
  tokenGeneration: null,
  issuedGeneration: null,
});

const SECRET =
  /^(auth|access_token|refresh_token|client_secret|code|auth_id|refresh_id|application_token|event_token)$/i;

/** Parameters without credentials; of an event token (B§6.2) only the workflow's id is kept. */
export function withoutSecrets(params: { readonly [name: string]: unknown }): { readonly [name: string]: unknown } {
  const kept = Object.entries(params).map(([name, value]) => {
    if (!SECRET.test(name)) return [name, value] as const;
    const workflow = name.toLowerCase() === 'event_token' ? String(value).split('|')[0] : '';
    return [name, `${workflow}[secret]`] as const;
  });
  return Object.fromEntries(kept);
}
