import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import type { Fault } from './fault-script.ts';
import { createFaultScript, faultName } from './fault-script.ts';
import type { RequestRecord } from './ledger.ts';
import { newRecord, withoutSecrets } from './ledger.ts';
import { MethodError } from './method.ts';
import { appInfo } from './oauth/app-info.ts';
import { oauthError } from './oauth/oauth-error.ts';
import type { Application, OauthState, RegisteredPortal } from './oauth/oauth-state.ts';
import { createOauthState } from './oauth/oauth-state.ts';
import { presentedPair, tokenAnswer } from './oauth/token-answer.ts';
import type { Rotation, TokenOwner, TokenPair } from './oauth/token-store.ts';
import type { PortalClock } from './portal-clock.ts';
import { asPortalClock } from './portal-clock.ts';
import { errorAnswer } from './server/envelope.ts';
import type { Answer } from './server/exchange.ts';
import { createExchange, htmlAnswer } from './server/exchange.ts';
import { listen } from './server/listen.ts';
import type { ReadRequest } from './server/read-request.ts';
import { readRequest } from './server/read-request.ts';
import { performUnder } from './server/under-fault.ts';

export type OauthSettings = {
  rotation: Rotation;
  /** An error code of B§4.3 that every call is answered with. */
  error: string | null;
};

export type OauthOptions = {
  port?: number;
  clock?: Clock;
  settings?: Partial<OauthSettings>;
  application?: Partial<Application>;
};

/** Bitrix24's OAuth server (B§4); several portals and applications may share one. */
export type SimulatedOauthServer = {
  readonly url: string;
  /** The address in grants and answers; ends with `/rest/`. */
  readonly serverEndpoint: string;
  /** The first application. */
  readonly clientId: string;
  readonly clientSecret: string;
  readonly settings: OauthSettings;
  readonly clock: PortalClock;
  /** All requests to this server, from every portal's clients. */
  readonly requests: RequestRecord[];
  /** How often each method was called, which reveals scheduled or simultaneous refreshes (B§4.1). */
  readonly calls: { token: number; appInfo: number };
  addApplication(application?: Partial<Application>): Application;
  application(clientId: string): Application | undefined;
  register(portal: RegisteredPortal): void;
  install(memberId: string, clientId?: string): void;
  /** From now on calls get APPLICATION_NOT_FOUND at the portal and NOT_INSTALLED here; the tokens stay revoked. */
  uninstall(memberId: string, clientId?: string): void;
  isInstalled(memberId: string, clientId: string): boolean;
  issue(owner: TokenOwner, origin?: 'grant' | 'outbound'): TokenPair;
  readonly byAccess: (token: string) => TokenPair | undefined;
  /** A code for `grant_type=authorization_code`, good for 30 s (B§4.1). */
  issueCode(owner: TokenOwner): string;
  expireTokens(memberId: string): void;
  script(fault: Fault): void;
  clearFaults(): void;
  close(): Promise<void>;
};

export async function startOauthServer(options: OauthOptions = {}): Promise<SimulatedOauthServer> {
  const clock = asPortalClock(options.clock);
  const settings: OauthSettings = { rotation: 'strict', error: null, ...options.settings };
  const faults = createFaultScript();
  const state = createOauthState(clock);
  const application = state.addApplication(options.application);
  const service: Service = { state, settings, faults, clock, requests: [], calls: { token: 0, appInfo: 0 } };
  const listener = await listen((request, response) => serve(service, request, response), options.port ?? 0);
  state.url = listener.url;

  return {
    url: listener.url,
    serverEndpoint: `${listener.url}/rest/`,
    clientId: application.clientId,
    clientSecret: application.clientSecret,
    settings,
    clock,
    requests: service.requests,
    calls: service.calls,
    addApplication: state.addApplication,
    application: (clientId) => state.applications.get(clientId),
    register: (portal) => void state.portals.set(portal.memberId, portal),
    install: (memberId, clientId = application.clientId) => state.install(memberId, clientId),
    uninstall: (memberId, clientId = application.clientId) => state.uninstall(memberId, clientId),
    isInstalled: state.isInstalled,
    issue: state.tokens.issue,
    byAccess: state.tokens.byAccess,
    issueCode: state.issueCode,
    expireTokens: state.tokens.expireAccess,
    script: (fault) => faults.script({ host: 'oauth', ...fault }),
    clearFaults: faults.clear,
    close: listener.close,
  };
}

type Service = Pick<SimulatedOauthServer, 'settings' | 'clock' | 'requests' | 'calls'> & {
  readonly state: OauthState;
  readonly faults: ReturnType<typeof createFaultScript>;
};

const METHODS: { readonly [path: string]: string } = {
  '/oauth/token/': 'oauth/token',
  '/oauth/token': 'oauth/token',
  '/rest/app.info': 'app.info',
  '/rest/app.info.json': 'app.info',
};

async function serve(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const at = service.clock.now();
  const read = await readRequest(request);
  const method = METHODS[read.path.toLowerCase()];
  const command = { method: method ?? read.path, params: withoutSecrets(read.params), error: null, executed: false };
  const record = newRecord({
    at,
    host: 'oauth',
    method: command.method,
    userAgent: read.userAgent,
    commands: [command],
  });
  const exchange = createExchange(request, response, record, service.clock);
  const presented = presentedPair(service.state, read);
  record.tokenGeneration = presented?.generation ?? null;
  note(service, record, presented);
  if (!method) {
    exchange.send(htmlAnswer(404, '<html><body>Not found</body></html>'));
    return;
  }

  const perform = async (): Promise<Answer> => answer(service, method, read, record);
  const { params } = read;
  const memberId = presented?.memberId ?? null;
  const fault = service.faults.strike({ host: 'oauth', method, params, inBatch: false, memberId });
  if (!fault) {
    exchange.send(await perform());
    return;
  }
  record.fault = faultName(fault);
  const formulate = (error: { code: string; description?: string; status?: number }): Answer => {
    const { code, message, status } = oauthError(error.code, error.description);
    return errorAnswer(new MethodError(code, message, error.status ?? status), { errorExtras: {} });
  };
  await performUnder(fault, exchange, perform, formulate, service.clock);
}

/** Records a request in the ledger of the portal it is about, or in all ledgers when that is unknown. */
function note({ state, requests, calls }: Service, record: RequestRecord, presented: TokenPair | undefined): void {
  requests.push(record);
  if (record.method === 'oauth/token') calls.token += 1;
  if (record.method === 'app.info') calls.appInfo += 1;
  for (const portal of state.portals.values()) {
    if (!presented || presented.memberId === portal.memberId) portal.ledger.requests.push(record);
  }
}

function answer({ state, settings, clock }: Service, method: string, read: ReadRequest, record: RequestRecord): Answer {
  const [command] = record.commands;
  if (command) command.executed = true;
  try {
    if (settings.error !== null) throw oauthError(settings.error);
    return method === 'app.info' ? appInfo(state, read, clock) : tokenAnswer(state, settings.rotation, read, record);
  } catch (error) {
    if (!(error instanceof MethodError)) throw error;
    if (command) command.error = error.code;
    return errorAnswer(error, { errorExtras: {} });
  }
}
