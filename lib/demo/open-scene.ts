import { createWriteStream, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../clock.ts';
import { localSettings } from '../config.ts';
import { type LocalStack, startLocalStack } from '../local/local-stack.ts';
import { jsonLinesLog } from '../log.ts';
import type { SimulatedPortal } from '../simulator/simulated-portal.ts';
import { CRM_SEED } from './crm-seed.ts';
import { isFree } from './is-free.ts';

/** What the demo works with: a simulated portal, and the product beside it. */
export type Scene = {
  readonly portal: SimulatedPortal;
  readonly stack: LocalStack;
  readonly clock: Clock;
  /** The folder of the local state: new for every demo, so that it can be repeated. */
  readonly home: string;
  /** The log of the functions. */
  readonly logFile: string;
  close(): Promise<void>;
  /** Deletes the state; to be called after `close`. */
  forget(): Promise<void>;
};

export async function openScene(): Promise<Scene> {
  // On demand and only here: the simulated portal is not part of the product.
  const { startSimulatedPortal } = await import('../simulator/simulated-portal.ts');
  const port = await demoPort();
  const home = mkdtempSync(join(tmpdir(), 'unbind-demo-'));
  const logFile = join(home, 'functions.log');
  const lines = createWriteStream(logFile);
  const log = jsonLinesLog(
    (line) => void lines.write(`${line}\n`),
    () => systemClock.now(),
  );

  const portal = await startSimulatedPortal({ memberId: 'demo', installed: false, seed: CRM_SEED });
  const oauthHosts = [portal.oauth.url];
  const stack = await startLocalStack({ home, port, log, oauthHosts, allowHttp: true }).catch(
    async (error: unknown) => {
      await portal.close();
      throw error;
    },
  );
  return {
    portal,
    stack,
    clock: systemClock,
    home,
    logFile,
    async close() {
      await stack.close();
      await portal.close();
      lines.end();
    },
    forget: () => rm(home, { recursive: true, force: true }),
  };
}

/** Falls back to any free port when the usual one is taken. */
async function demoPort(): Promise<number> {
  const { port } = localSettings();
  if (await isFree(port)) return port;
  console.error(`Port ${port} is in use, so the functions listen on another one. Set PORT to choose it.`);
  return 0;
}
