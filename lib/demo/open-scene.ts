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

/** What the show plays with: a simulated portal, and the product beside it. */
export type Scene = {
  readonly portal: SimulatedPortal;
  readonly stack: LocalStack;
  readonly clock: Clock;
  /** Of the local state: new for every show, so that it can be repeated. */
  readonly home: string;
  /** What the functions log. */
  readonly logFile: string;
  close(): Promise<void>;
  /** Takes the state away; after `close`. */
  forget(): Promise<void>;
};

export async function openScene(): Promise<Scene> {
  // On demand and only here: the simulated portal is no part of the product.
  const { startSimulatedPortal } = await import('../simulator/simulated-portal.ts');
  const port = await portOfShow();
  const home = mkdtempSync(join(tmpdir(), 'unbind-show-'));
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

/** The show goes on at another port when the usual one is taken. */
async function portOfShow(): Promise<number> {
  const { port } = localSettings();
  if (await isFree(port)) return port;
  console.error(`Port ${port} is taken, so the functions listen at another one. PORT chooses it.`);
  return 0;
}
