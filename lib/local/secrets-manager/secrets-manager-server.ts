import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Clock, systemClock } from '../../clock.ts';
import { readIfExists, writeDurably } from '../durable-json.ts';
import { listenOnLoopback } from '../listen-on-loopback.ts';
import { SecretsError, type Vault } from './secret-vault.ts';
import { OPERATIONS } from './vault-operations.ts';

/** A fault for one of the next requests. `lost`: carried out and stored, but the connection breaks before the answer. */
export type Disturbance =
  | { readonly kind: 'error'; readonly code: string; readonly status: number }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'lost' };

export type SecretsManagerServer = {
  readonly url: string;
  /** Makes the next requests, in this order, meet these faults. */
  disturb(...disturbances: readonly Disturbance[]): void;
  readonly close: () => Promise<void>;
};

/**
 * A stateful Secrets Manager (AWS JSON 1.1) on loopback: versions, stages, request tokens, recovery window. The state is one
 * file, written durably before a change is answered. It proves only our reading of AWS's documented rules; see secret-vault.ts.
 */
export async function startSecretsManager(file: string, clock: Clock = systemClock): Promise<SecretsManagerServer> {
  const faults: Disturbance[] = [];
  let vault = (readIfExists(file) ?? { secrets: [] }) as Vault; // written only by this file

  function perform(target: string, body: string): unknown {
    const operation = OPERATIONS[target.replace(/^secretsmanager\./, '')];
    if (operation === undefined) throw new SecretsError('UnknownOperationException', target);

    const draft = structuredClone(vault);
    const answer = operation.run(draft, JSON.parse(body), clock.now());
    if (operation.changes) {
      writeDurably(file, draft);
      vault = draft;
    }
    return answer;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const fault = faults.shift();
    if (fault?.kind === 'error') return answerError(response, fault.status, fault.code, 'Disturbed on demand.');
    if (fault?.kind === 'slow') await clock.sleep(fault.ms);

    try {
      const answer = perform(String(request.headers['x-amz-target']), body);
      if (fault?.kind === 'lost') request.socket.destroy();
      else answerJson(response, 200, answer);
    } catch (error) {
      if (error instanceof SecretsError) return answerError(response, 400, error.code, error.message);
      answerError(response, 500, 'InternalServiceError', 'The local Secrets Manager failed.');
    }
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy()); // the client has gone away in the middle of its request
  });
  const { url, close } = await listenOnLoopback(server);
  return { url, close, disturb: (...more) => void faults.push(...more) };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function answerError(response: ServerResponse, status: number, code: string, message: string): void {
  answerJson(response, status, { __type: code, message });
}

function answerJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(value));
}
