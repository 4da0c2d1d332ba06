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
import { FOLDER_POLL_MS, FOLDER_WAIT_MS } from './policy.ts';
import { readOwnerAddress, type StateFolder, takeStateFolder } from './state-folder.ts';

/** A running stack as another process sees it. */
export type JoinedStack = { readonly url: string; readonly config: Config; readonly stores: AwsStores };

export type LocalStack = JoinedStack & {
  readonly aws: RunningLocalAws;
  /** Fires the schedule by hand. */
  fire(task: ScheduledTask): Promise<void>;
  /** Resolves when no function runs and no visible wake-up waits. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

export type LocalStackOptions = {
  /** The folder with the state. */
  readonly home: string;
  /** 0: any free port. */
  readonly port: number;
  readonly log: Log;
  readonly clock?: Clock;
  /** The address at which Bitrix24 reaches this host; absent: its own address. */
  readonly publicUrl?: string;
  readonly oauthHosts?: readonly string[];
  readonly allowHttp?: boolean;
  /** false: the stack ends with its command, so other processes do not join it, but wait for its end. */
  readonly shared?: boolean;
};

class StateFolderInUse extends Error {
  constructor(home: string) {
    super(
      `Another process serves ${home} and is still starting or stopping. Try again in a moment, or use another --home`,
    );
    this.name = 'HomeInUse';
  }
}

/** The local AWS and the functions on it, with their state in the folder `home`: the product without an AWS account (D§10). */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { home, clock = systemClock } = options;
  const folder = await takeStateFolder(home);
  if (folder === 'in use') throw new StateFolderInUse(home);

  const aws = await startLocalAws({ home, clock }).catch(async (error: unknown) => {
    await folder.release();
    throw error;
  });
  try {
    return await openStack(options, folder, aws);
  } catch (error) {
    await aws.close();
    await folder.release();
    throw error;
  }
}

async function openStack(options: LocalStackOptions, folder: StateFolder, aws: RunningLocalAws): Promise<LocalStack> {
  const { port, log, clock = systemClock, shared = true } = options;
  const { localAws, queueUrl } = aws;
  // The functions learn their own address only once the host listens: the port may be any free one.
  const config: { -readonly [key in keyof Config]: Config[key] } = {
    ...localConfig({ localAws, queueUrl, publicUrl: '' }),
    ...(options.oauthHosts === undefined ? {} : { oauthHosts: options.oauthHosts }),
    ...(options.allowHttp === undefined ? {} : { allowHttp: options.allowHttp }),
  };
  const stores = awsStores(config, { clock });
  await releaseLocks(stores);
  const host = await hostFunctions({ config, log, clock }, port);
  config.publicUrl = options.publicUrl ?? host.url;
  if (shared) folder.publish({ localAws, queueUrl, publicUrl: host.url });
  // Continue at once with what an earlier process has left.
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
      await folder.release();
    },
  };
}

/**
 * This process is the only owner of the state folder: whoever locked a portal before has died, and with it the wake-ups that
 * it had received (D§10).
 */
async function releaseLocks({ portals }: AwsStores): Promise<void> {
  for await (const { portal } of portals.list()) {
    await portals.releaseLock(portal);
    await portals.clearWakePending(portal);
  }
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

/** The running stack that owns the folder `home`; null when there is none. */
export async function connectLocalStack(home: string): Promise<JoinedStack | null> {
  const address = await readOwnerAddress(home);
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
 * A stack that another command has started for itself ends with that command, so it is not joined; its end is awaited.
 *
 *   command A  start ─── use ─── close
 *   command B     in use ···· in use ···· start ─── use ─── close
 */
async function joinOrStart(options: LocalStackOptions): Promise<Pick<LocalStack, keyof JoinedStack | 'close'>> {
  const { home, clock = systemClock } = options;
  for (const giveUpAt = clock.now() + FOLDER_WAIT_MS; ; await clock.sleep(FOLDER_POLL_MS)) {
    const running = await connectLocalStack(home);
    if (running !== null) return { ...running, close: async () => undefined };
    try {
      return await startLocalStack({ ...options, shared: false });
    } catch (error) {
      if (!(error instanceof StateFolderInUse) || clock.now() >= giveUpAt) throw error;
    }
  }
}
