import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, FaultScript } from '../fault-script.ts';
import { faultName } from '../fault-script.ts';
import type { CommandRecord, Ledger, RequestRecord } from '../ledger.ts';
import { newRecord, withoutSecrets } from '../ledger.ts';
import type { Params } from '../method.ts';
import { MethodError } from '../method.ts';
import { systemError } from '../system-error.ts';
import type { AuthorizationSource, Identity } from './authorize.ts';
import { authorize, tokenOf } from './authorize.ts';
import type { BatchCommand } from './batch.ts';
import { batchCommands, runBatch } from './batch.ts';
import type { RestRuntime } from './call-method.ts';
import { callMethod, methodOf } from './call-method.ts';
import type { CallTarget } from './call-target.ts';
import { errorAnswer, jsonAnswer, restHeaders, timeBlock } from './envelope.ts';
import type { Answer, Exchange } from './exchange.ts';
import { createExchange, htmlAnswer } from './exchange.ts';
import { methodParams } from './method-params.ts';
import type { ReadRequest } from './read-request.ts';
import { interrupt, performUnder } from './under-fault.ts';

export type RestService = {
  readonly runtime: RestRuntime;
  readonly source: AuthorizationSource;
  readonly faults: FaultScript;
  readonly ledger: Ledger;
  /** Whether the rate limit has room for a request from this address. */
  admits(address: string): boolean;
};

/** One request while the portal handles it. */
type IncomingCall = {
  readonly service: RestService;
  readonly target: CallTarget;
  readonly read: ReadRequest;
  readonly record: RequestRecord;
  readonly exchange: Exchange;
  readonly params: Params;
  readonly commands: readonly BatchCommand[];
  readonly startedAt: number;
};

const GATEWAY_TIMEOUT = htmlAnswer(504, '<html><head><title>504 Gateway Time-out</title></head><body></body></html>');

/** Rate limit, then faults, then authorization, then the method: the order in which Bitrix24's own parts see a request. */
export async function serveRest(
  service: RestService,
  target: CallTarget,
  read: ReadRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const call = openCall(service, target, read, request, response);
  const { exchange } = call;
  const { settings, clock } = service.runtime;
  if (!service.admits(request.socket.remoteAddress ?? '')) {
    exchange.send(errorAnswer(systemError('QUERY_LIMIT_EXCEEDED'), settings));
    return;
  }

  const perform = (): Promise<Answer | null> => answer(call);
  const fault = strike(call, target.method, call.params, false);
  if (fault) return performUnder(fault, exchange, perform, formulate(call), clock);
  const answered = await perform();
  if (answered) exchange.send(answered);
  else if (isCutOff(call)) exchange.send(GATEWAY_TIMEOUT);
}

function openCall(
  service: RestService,
  target: CallTarget,
  read: ReadRequest,
  request: IncomingMessage,
  response: ServerResponse,
): IncomingCall {
  const startedAt = service.runtime.clock.now();
  const params = methodParams(read.params);
  const commands = target.method === 'batch' ? batchCommands(params) : [];
  const alone: CommandRecord = { method: target.method, params: withoutSecrets(params), error: null, executed: false };
  const record = newRecord({
    at: startedAt,
    host: 'portal',
    method: target.method,
    userAgent: read.userAgent,
    commands: target.method === 'batch' ? commands.map((command) => command.record) : [alone],
  });
  const pair = service.source.tokenOf(tokenOf(read) ?? '');
  record.tokenGeneration = pair?.memberId === service.source.memberId ? pair.generation : null;
  service.ledger.requests.push(record);
  const exchange = createExchange(request, response, record, service.runtime.clock);
  return { service, target, read, record, exchange, params, commands, startedAt };
}

/** null: the process died or was cut off, so there is no answer. */
async function answer(call: IncomingCall): Promise<Answer | null> {
  const { service, target, read, record } = call;
  const { runtime } = service;
  try {
    // The server looks up the method before it checks the authorization.
    const scope = target.method === 'batch' ? null : methodOf(runtime, target.method).scope;
    const who = authorize(service.source, target, tokenOf(read), scope);
    const body = target.method === 'batch' ? await answerBatch(call, who) : await answerAlone(call, who);
    if (body === null || isCutOff(call)) return null;
    return jsonAnswer(200, body, restHeaders(who.caller.clientId, processingMs(call)));
  } catch (error) {
    if (!(error instanceof MethodError)) throw error;
    const [command] = record.commands;
    if (command && target.method !== 'batch') command.error = error.code;
    return errorAnswer(error, runtime.settings);
  }
}

async function answerAlone({ service, record, params }: IncomingCall, who: Identity): Promise<unknown> {
  const [command] = record.commands;
  return command ? callMethod(service.runtime, who, command, params) : null;
}

async function answerBatch(call: IncomingCall, who: Identity): Promise<unknown> {
  const { runtime } = call.service;
  const result = await runBatch(
    {
      runtime,
      who,
      strike: (method, params) => strike(call, method, params, true),
      interrupt: (fault) => interrupt(call.exchange, fault, formulate(call)),
      isCutOff: () => isCutOff(call),
    },
    call.commands,
    call.params,
  );
  if (result === null) return null;
  const run = { startedAt: call.startedAt, finishedAt: runtime.clock.now(), processing: processingMs(call) };
  // The batch itself is exempt from the running time's limit (B§3).
  const used = { operating: 0, resetAt: Math.floor(call.startedAt / 1000) + 600 };
  return { result, time: timeBlock(runtime.settings, run, used) };
}

function strike({ service, record }: IncomingCall, method: string, params: Params, inBatch: boolean): Fault | null {
  const fault = service.faults.strike({ host: 'portal', method, params, inBatch, memberId: service.source.memberId });
  if (fault) record.fault = faultName(fault);
  return fault;
}

const formulate =
  ({ service }: IncomingCall) =>
  ({ code, description, status }: { code: string; description?: string; status?: number }): Answer => {
    const known = systemError(code, service.runtime.settings.statuses);
    const error = new MethodError(code, description ?? known.message, status ?? known.status);
    return errorAnswer(error, service.runtime.settings);
  };

/** The time that the executed commands claim to have taken, in ms. */
function processingMs({ service, record }: IncomingCall): number {
  const seconds = record.commands.map(({ executed, method }) =>
    executed ? service.runtime.operating.secondsOf(method) : 0,
  );
  return seconds.reduce((sum, one) => sum + one, 0) * 1000;
}

function isCutOff(call: IncomingCall): boolean {
  const { settings, clock } = call.service.runtime;
  if (settings.cutOffSeconds === null) return false;
  return clock.now() - call.startedAt + processingMs(call) > settings.cutOffSeconds * 1000;
}
