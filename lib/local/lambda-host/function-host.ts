import { createServer } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { awsClients } from '../../aws/aws-clients.ts';
import { SqsPoller } from '../../aws/sqs/sqs-poller.ts';
import type { ScheduledTask } from '../../cleanup/runs/run-scheduled-task.ts';
import { type Clock, systemClock } from '../../clock.ts';
import type { Config } from '../../config.ts';
import { listenOnLoopback } from '../listen-on-loopback.ts';
import {
  CLOSE_WITHIN_MS,
  CONCURRENCY,
  FUNCTION_SECONDS,
  IDLE_POLL_MS,
  SWEEP_INTERVAL_MS,
  WAKE_INTERVAL_MS,
} from '../policy.ts';
import { answerRequest, type Route } from './http-gateway.ts';
import { Invoker, isFailure, type LambdaHandler } from './invoker.ts';
import { WakeUpPoller } from './wake-up-poller.ts';

type HttpHandler = LambdaHandler<APIGatewayProxyEventV2, APIGatewayProxyResultV2>;

/** The functions' handlers, as Lambda would call them. */
export type Handlers = {
  readonly install: HttpHandler;
  readonly event: HttpHandler;
  readonly robot: HttpHandler;
  readonly worker: LambdaHandler<SQSEvent, SQSBatchResponse>;
  readonly cleanup: LambdaHandler<unknown, unknown>;
};

export type FunctionHostSettings = {
  readonly handlers: Handlers;
  readonly config: Config;
  /** 0: any free port. */
  readonly port: number;
  readonly clock?: Clock;
  /** false: only `fire` fires the schedule. */
  readonly schedule?: boolean;
  readonly concurrency?: number;
  /** Receives a line about each failed invocation. */
  readonly complain?: (line: string) => void;
};

export type FunctionHost = {
  readonly url: string;
  /** Fires the schedule now; rejects when the function fails. */
  readonly fire: (task: ScheduledTask) => Promise<void>;
  /** Resolves when no function runs and no visible wake-up waits. Wake-ups that are hidden until later do not count. */
  readonly idle: () => Promise<void>;
  /** Lets running invocations end, but waits only for some seconds. */
  readonly close: () => Promise<void>;
};

/** The product's functions behind a local API Gateway, SQS event source and schedule. */
export async function startFunctionHost(settings: FunctionHostSettings): Promise<FunctionHost> {
  const { handlers, config, port, clock = systemClock, schedule = true } = settings;
  const { concurrency = CONCURRENCY } = settings;
  const invoker = new Invoker(settings.complain ?? ((line) => void process.stderr.write(`${line}\n`)));
  const { sqs } = awsClients(config);

  const route = routeTo(handlers, invoker);
  const server = createServer((request, response) => {
    const answered = answerRequest(route, clock.now(), request, response);
    invoker.track(answered).catch(() => request.socket.destroy()); // the caller has gone away
  });
  const { url, close } = await listenOnLoopback(server, port);
  const poller = new WakeUpPoller({
    source: new SqsPoller(sqs, config.queueUrl, config.region),
    queueUrl: config.queueUrl,
    clock,
    invoker,
    concurrency,
    work: (event) => invoker.invoke('worker', FUNCTION_SECONDS.worker, handlers.worker, event),
  });
  const fire = (task: ScheduledTask) => invoker.invoke('cleanup', FUNCTION_SECONDS.cleanup, handlers.cleanup, task);
  const timers = schedule ? startSchedule(fire, clock) : [];

  return {
    url,
    async fire(task) {
      if (isFailure(await fire(task))) throw new Error('The scheduled function failed');
    },
    idle: () => untilIdle(invoker, poller, clock),
    async close() {
      for (const timer of timers) clearInterval(timer);
      server.close();
      await Promise.all([poller.stop(), invoker.settle(CLOSE_WITHIN_MS)]);
      await close();
      sqs.destroy();
    },
  };
}

function routeTo(handlers: Handlers, invoker: Invoker): Route {
  const routes = new Map<string, keyof Pick<Handlers, 'install' | 'event' | 'robot'>>([
    ['POST /install', 'install'],
    ['POST /event', 'event'],
    ['POST /robot', 'robot'],
  ]);
  return (method, path) => {
    const name = routes.get(`${method} ${path}`);
    if (name === undefined) return null;
    return (event) => invoker.invoke(name, FUNCTION_SECONDS.http, handlers[name], event);
  };
}

/** Has to be idle twice in a row: for a moment a received wake-up is neither in the queue nor with a function. */
async function untilIdle(invoker: Invoker, poller: WakeUpPoller, clock: Clock): Promise<void> {
  for (let quiet = 0; quiet < 2; ) {
    quiet = invoker.busy || (await poller.pending()) || invoker.busy ? 0 : quiet + 1;
    if (quiet < 2) await clock.sleep(IDLE_POLL_MS);
  }
}

/** The two schedules of `serverless.yml`. */
function startSchedule(fire: (task: ScheduledTask) => Promise<unknown>, clock: Clock): NodeJS.Timeout[] {
  return [
    setInterval(() => void fire({ task: 'ring' }), WAKE_INTERVAL_MS),
    setInterval(() => void fire({ task: 'sweep', due: new Date(clock.now()).toISOString() }), SWEEP_INTERVAL_MS),
  ];
}
