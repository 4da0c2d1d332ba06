import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { errorName } from '../../log.ts';

/** A Lambda handler in its asynchronous form. */
export type LambdaHandler<In, Out> = (event: In, context: Context) => Promise<Out>;

export type Failure = { readonly failed: true };
const FAILED: Failure = { failed: true };

/** Calls handlers the way Lambda does: with a context, a time limit, and failures kept apart from results. */
export class Invoker {
  readonly #running = new Set<Promise<unknown>>();
  readonly #complain: (line: string) => void;

  constructor(complain: (line: string) => void) {
    this.#complain = complain;
  }

  get busy(): boolean {
    return this.#running.size > 0;
  }

  /** The handler's result; FAILED when it threw or did not end within its seconds. */
  invoke<In, Out>(name: string, seconds: number, handler: LambdaHandler<In, Out>, event: In): Promise<Out | Failure> {
    const invocation = this.#call(name, seconds, handler, event);
    return this.track(invocation);
  }

  /** Counts as running until it settles; for work that follows an invocation and must not be cut off. */
  track<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(noop, noop).finally(() => this.#running.delete(settled));
    this.#running.add(settled);
    return work;
  }

  /** Resolves when nothing is running, or after `ms`. */
  async settle(ms: number): Promise<void> {
    const limit = new AbortController();
    const late = after(ms, 'late', { signal: limit.signal });
    while (this.busy) {
      const first = await Promise.race([Promise.all(this.#running), late]);
      if (first === 'late') break;
    }
    limit.abort();
    late.catch(noop);
  }

  async #call<In, Out>(name: string, seconds: number, handler: LambdaHandler<In, Out>, event: In) {
    const limit = new AbortController();
    const timeout = after(seconds * 1000, undefined, { signal: limit.signal, ref: false }).then(() => {
      throw new Error(`did not end within ${seconds} s`);
    });
    try {
      return await Promise.race([handler(event, contextOf(name, seconds)), timeout]);
    } catch (error) {
      this.#complain(
        `${name} failed: ${error instanceof Error ? `${error.name}: ${error.message}` : errorName(error)}`,
      );
      return FAILED;
    } finally {
      limit.abort();
      timeout.catch(noop);
    }
  }
}

export const isFailure = (result: unknown): result is Failure => result === FAILED;

const noop = () => undefined;

function contextOf(name: string, seconds: number): Context {
  const endsAt = performance.now() + seconds * 1000;
  const functionName = `unbind-local-${name}`;
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(endsAt - performance.now())),
    done: noop,
    fail: noop,
    succeed: noop,
  };
}
