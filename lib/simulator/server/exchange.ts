import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../clock.ts';
import type { RequestRecord } from '../ledger.ts';

export type Answer = {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  /** For the ledger. */
  readonly errorCode: string | null;
};

/** Answers one request, once: later answers are lost, like those of a PHP process whose client has gone. */
export type Exchange = {
  send(answer: Answer): void;
  /** Ends without an answer. */
  cut(): void;
};

export function createExchange(
  request: IncomingMessage,
  response: ServerResponse,
  record: RequestRecord,
  clock: Clock,
): Exchange {
  let over = false;
  const end = (): boolean => {
    if (over) return false;
    over = true;
    record.finishedAt = clock.now();
    return true;
  };
  // The client may give up first.
  response.on('close', end);

  return {
    send({ status, headers, body, errorCode }) {
      if (!end()) return;
      record.status = status;
      record.errorCode = errorCode;
      response.writeHead(status, headers).end(body);
    },
    cut() {
      if (end()) request.socket.destroy();
    },
  };
}

export const htmlAnswer = (status: number, body: string, contentType = 'text/html; charset=utf-8'): Answer => ({
  status,
  headers: { 'content-type': contentType },
  body,
  errorCode: null,
});
