import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import {
  type FunctionHost,
  type FunctionHostSettings,
  type Handlers,
  startFunctionHost,
} from '../../../lib/local/lambda-host/function-host.ts';
import { countMessages, type MessageCount } from '../aws/count-messages.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../aws/temporary-local-aws.ts';

/** One function host after the other on a local AWS of their own. */
export type HostStage = {
  readonly aws: TemporaryLocalAws;
  /** The failures that the running host has reported. */
  readonly complaints: readonly string[];
  /** Starts a host; handlers that are not given succeed. */
  start(handlers: Partial<Handlers>, over?: Partial<FunctionHostSettings>): Promise<FunctionHost>;
  /** Of the running host. */
  url(): string;
  post(path: string, init?: RequestInit): Promise<Response>;
  /** Sends a wake-up as a trigger does. */
  wake(portal: string): Promise<void>;
  messages(): Promise<MessageCount>;
  /** Closes the running host and removes the wake-ups that are left. */
  clear(): Promise<void>;
  close(): Promise<void>;
};

export const NOTHING_FAILED: SQSBatchResponse = { batchItemFailures: [] };

export async function hostStage(): Promise<HostStage> {
  const aws = await temporaryLocalAws();
  const complaints: string[] = [];
  let running: FunctionHost | undefined;
  const url = (): string => running?.url ?? '';
  return {
    aws,
    complaints,
    async start(handlers, over = {}) {
      complaints.length = 0;
      const host = await startFunctionHost({
        handlers: { ...ALL_WELL, ...handlers },
        config: aws.config,
        port: 0,
        schedule: false,
        complain: (line) => complaints.push(line),
        ...over,
      });
      running = {
        ...host,
        close() {
          running = undefined;
          return host.close();
        },
      };
      return running;
    },
    url,
    post: (path, init = {}) => fetch(`${url()}${path}`, { method: 'POST', body: '{}', ...init }),
    wake: (portal) => aws.stores.wakeUps.send({ portal, dueAt: null }),
    messages: () => countMessages(aws.clients.sqs, aws.queueUrl),
    async clear() {
      await running?.close();
      await aws.clients.sqs.send(new PurgeQueueCommand({ QueueUrl: aws.queueUrl }));
    },
    close: () => aws.close(),
  };
}

const ok = async () => ({ statusCode: 200, body: '{}' });

const ALL_WELL: Handlers = {
  install: ok,
  event: ok,
  robot: ok,
  worker: async () => NOTHING_FAILED,
  cleanup: async () => undefined,
};

/** Collects what the handler was given. */
export function recorder<T>() {
  const seen: { event: T; context: Context }[] = [];
  const note = (event: T, context: Context) => void seen.push({ event, context });
  return { seen, note };
}

/** A promise and its key. */
export const gate = () => Promise.withResolvers<void>();

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
