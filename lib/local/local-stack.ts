import { wire as wireCleanup } from '../../functions/cleanup.ts';
import { wire as wireEvent } from '../../functions/event.ts';
import { wire as wireInstall } from '../../functions/install.ts';
import { wire as wireRobot } from '../../functions/robot.ts';
import { wire as wireWorker } from '../../functions/worker.ts';
import { type AwsStores, awsStores } from '../aws/aws-stores.ts';
import type { ScheduledTask } from '../cleanup/runs/run-scheduled-task.ts';
import { type Clock, systemClock } from '../clock.ts';
import { type Config, localConfig } from '../config.ts';
import type { Log } from '../log.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type FunctionHost, startFunctionHost } from './lambda-host/function-host.ts';
import { type RunningLocalAws, startLocalAws } from './local-aws.ts';
import { connectToHome, type Home, takeHome } from './state-folder.ts';

/** What another process sees of a running stack. */
export type JoinedStack = { readonly url: string; readonly config: Config; readonly stores: AwsStores };

export type LocalStack = JoinedStack & {
  readonly aws: RunningLocalAws;
  /** Fires the schedule by hand. */
  fire(task: ScheduledTask): Promise<void>;
  /** Resolves when no function runs and no bell waits to be heard. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

export type LocalStackOptions = {
  readonly home: string;
  /** 0: any free one. */
  readonly port: number;
  readonly log: Log;
  readonly clock?: Clock;
  /** Where Bitrix24 reaches this host; its own address when absent. */
  readonly publicUrl?: string;
  readonly oauthHosts?: readonly string[];
  readonly allowHttp?: boolean;
  /** false: other processes cannot join it, as it will not last; they wait for its end. */
  readonly shared?: boolean;
};

/** How long a command waits for those that were first, ms. */
const TURN_MS = 60_000;
const LOOK_AGAIN_MS = 100;

export class HomeInUse extends Error {
  constructor(home: string) {
    super(
      `Another process serves ${home} and is still starting or stopping. Try again in a moment, or use another --home`,
    );
    this.name = 'HomeInUse';
  }
}

/** The local AWS and the functions behind it, with their state under `home`: the product without an AWS account (D§10). */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { home, clock = systemClock } = options;
  const taken = await takeHome(home);
  if (taken === 'in use') throw new HomeInUse(home);

  const aws = await startLocalAws({ home, clock }).catch(async (error: unknown) => {
    await taken.release();
    throw error;
  });
  try {
    return await openStack(options, taken, aws);
  } catch (error) {
    await aws.close();
    await taken.release();
    throw error;
  }
}

async function openStack(options: LocalStackOptions, taken: Home, aws: RunningLocalAws): Promise<LocalStack> {
  const { port, log, clock = systemClock, shared = true } = options;
  const { localAws, queueUrl } = aws;
  // The functions learn their own address only when the host listens: the port may be any free one.
  const config: { -readonly [key in keyof Config]: Config[key] } = {
    ...localConfig({ localAws, queueUrl, publicUrl: '' }),
    ...(options.oauthHosts === undefined ? {} : { oauthHosts: options.oauthHosts }),
    ...(options.allowHttp === undefined ? {} : { allowHttp: options.allowHttp }),
  };
  const stores = awsStores(config, { clock });
  await releaseLocks(stores);
  const host = await hostFunctions({ config, log, clock }, port);
  config.publicUrl = options.publicUrl ?? host.url;
  if (shared) taken.publish({ localAws, queueUrl, publicUrl: host.url });
  // What an earlier process left is taken up at once.
  await host.fire({ task: 'ring' });

  return {
    url: host.url,
    config,
    stores,
    aws,
    fire: host.fire,
    idle: host.idle,
    async close() {
      await host.close();
      await aws.close();
      await taken.release();
    },
  };
}

/** This process is the only one of the home: whoever claimed a portal before has died (D§10). */
async function releaseLocks({ portals }: AwsStores): Promise<void> {
  for await (const { portal } of portals.list()) await portals.releaseLock(portal);
}

function hostFunctions(runtime: Runtime, port: number): Promise<FunctionHost> {
  const { config, log, clock } = runtime;
  return startFunctionHost({
    handlers: {
      install: wireInstall(runtime),
      event: wireEvent(runtime),
      robot: wireRobot(runtime),
      worker: wireWorker(runtime),
      cleanup: wireCleanup(runtime),
    },
    config,
    port,
    clock,
    complain: (line) => log.error('invocation_failed', { line }),
  });
}

/** The stack that owns `home` now; null when none runs. */
export async function connectLocalStack(home: string): Promise<JoinedStack | null> {
  const address = await connectToHome(home);
  if (address === null) return null;
  const config = localConfig(address);
  return { url: address.publicUrl, config, stores: awsStores(config) };
}

/** Joins the running stack, or starts one for as long as `use` takes. */
export async function withLocalStack<T>(
  options: LocalStackOptions,
  use: (stack: JoinedStack) => Promise<T>,
): Promise<T> {
  const stack = await joinOrStart(options);
  try {
    return await use(stack);
  } finally {
    await stack.close();
  }
}

/**
 * A stack that another command has started for itself ends with that command, so it is not joined but waited for.
 *
 *   command A  start ─── use ─── close
 *   command B     in use ···· in use ···· start ─── use ─── close
 */
async function joinOrStart(options: LocalStackOptions): Promise<Pick<LocalStack, keyof JoinedStack | 'close'>> {
  const { home, clock = systemClock } = options;
  for (const giveUpAt = clock.now() + TURN_MS; ; await clock.sleep(LOOK_AGAIN_MS)) {
    const running = await connectLocalStack(home);
    if (running !== null) return { ...running, close: async () => undefined };
    try {
      return await startLocalStack({ ...options, shared: false });
    } catch (error) {
      if (!(error instanceof HomeInUse) || clock.now() >= giveUpAt) throw error;
    }
  }
}
