export type RestValue = string | number | boolean | null | readonly RestValue[] | RestParams;
export type RestParams = { readonly [name: string]: RestValue };

/** One REST method with its parameters. It becomes a request of its own, or one command of a batch. */
export type RestCall = { readonly method: string; readonly params: RestParams };

/** The `time` object of a success (B§1.2), read leniently: what is missing or unreadable is null. */
export type RestTime = {
  /** Seconds that this method has run for this application in the last ten minutes. */
  readonly operating: number | null;
  /** When the oldest minute leaves that sum, milliseconds since the epoch. */
  readonly operatingResetAt: number | null;
};

/**
 * What is known after one HTTP request. The four kinds differ in what may have happened on the portal:
 * - `result`: it was carried out.
 * - `error`: Bitrix24 itself said no (B§1.3), so nothing was changed. `status` is null inside a batch (B§3).
 *   `code` is as sent, in upper or lower case, possibly empty.
 * - `unanswered`: nobody knows; a change may have been applied, or may still be (B§3: an unknown prefix of a batch).
 *   `status` is that of a response which Bitrix24 did not write, null when there was none. `begunBy` is the last moment at
 *   which the portal may have begun, ms.
 * - `unsent`: certainly not carried out: the connection was refused, or a batch left the command out (B§3).
 */
export type RestAnswer =
  | {
      readonly kind: 'result';
      readonly result: unknown;
      readonly next: number | null;
      readonly total: number | null;
      readonly time: RestTime;
    }
  | { readonly kind: 'error'; readonly code: string; readonly description: string; readonly status: number | null }
  | { readonly kind: 'unanswered'; readonly reason: string; readonly status: number | null; readonly begunBy: number }
  /** `code`: why, where the portal is not the reason. `status`: with which its front end turned the request away (B§8.1). */
  | { readonly kind: 'unsent'; readonly reason: string; readonly code?: string; readonly status?: number };

/** A request that failed as a whole. It says nothing about the commands in it, except that they got no answer. */
export type RequestFailure = Exclude<RestAnswer, { kind: 'result' }>;
/** What Bitrix24 said about one command. `unsent`: that it was left out. */
export type CommandAnswer = Exclude<RestAnswer, { kind: 'unanswered' }>;

/** What became of a request: either it failed, or each of its commands was answered, in their order. */
export type Asked =
  | { readonly kind: 'failed'; readonly failure: RequestFailure }
  | { readonly kind: 'answered'; readonly answers: readonly CommandAnswer[] };

/**
 * Where to call, and as whom. `url` ends with a slash. The URL of a webhook holds its secret, so neither field is ever
 * logged.
 */
export type Endpoint = { readonly url: string; readonly accessToken: string | null };

/** Sends one HTTP request for one call. Never throws, whatever the network or the portal does. */
export interface RestClient {
  send(endpoint: Endpoint, call: RestCall): Promise<RestAnswer>;
}
