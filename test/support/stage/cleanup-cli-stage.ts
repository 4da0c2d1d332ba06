import { randomUUID } from 'node:crypto';
import { runCli } from '../../../lib/cli/run-cli.ts';
import type { Terminal } from '../../../lib/cli/terminal/terminal.ts';
import { LOST_DEALS } from '../cleanup/lost-deals.ts';
import { type CleanupStage, cleanupStage, withoutEvents } from './cleanup-stage.ts';

export type Row = { readonly [field: string]: unknown };
export type Ran = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** With --json: the lines of the standard output. */
  readonly records: readonly Row[];
};

export type CliOptions = {
  readonly terminal?: Terminal;
  readonly files?: { readonly [path: string]: string };
  /** Characters in a line; 80 unless given. */
  readonly width?: number;
};

export type CleanupCliStage = CleanupStage & {
  /** One command, about the portal unless it names another, with --json. */
  json(argv: readonly string[], options?: CliOptions): Promise<Ran>;
  /** The same as a person sees it. */
  text(argv: readonly string[], options?: CliOptions): Promise<Ran>;
  /** Makes a plan of the portal's rules and returns its id. */
  plan(): Promise<string>;
  /** Ten lost deals and ten open ones with two completed activities each; 20 bindings are to go. */
  lostDeals(): void;
  /** As many lost deals with a completed activity each, of which 50 fill a request. */
  manyLostDeals(count: number): void;
  /** Ends all exemptions that undos have left, a few at a time: the local tables bear no hundreds of writes at once. */
  releaseAll(): Promise<void>;
};

const RELEASED_AT_ONCE = 20;

/** The command line on the whole product beside a simulated portal. */
export async function openCleanupCli(): Promise<CleanupCliStage> {
  const stage = await cleanupStage([LOST_DEALS]);
  const run = async (argv: readonly string[], options: CliOptions = {}): Promise<Ran> => {
    const said = { stdout: '', stderr: '' };
    const code = await runCli(argv.includes('--portal') ? argv : [...argv, '--portal', stage.member], {
      stdout: (text) => {
        said.stdout += text;
      },
      stderr: (text) => {
        said.stderr += text;
      },
      width: options.width ?? 80,
      openStack: (_, use) => use(stage.stack),
      read: async (source) => options.files?.[source] ?? '',
      user: 'tester',
      randomId: randomUUID,
      ...(options.terminal === undefined ? {} : { terminal: options.terminal }),
    });
    return { code, ...said, records: [] };
  };
  const json: CleanupCliStage['json'] = async (argv, options) => {
    const ran = await run([...argv, '--json'], options);
    const lines = ran.stdout.split('\n').filter((line) => line !== '');
    return { ...ran, records: lines.map((line) => JSON.parse(line) as Row) };
  };
  return {
    ...stage,
    json,
    text: run,
    async plan() {
      const { code, records, stderr } = await json(['cleanup', 'plan']);
      if (code !== 0) throw new Error(stderr);
      return String(records[0]?.plan);
    },
    lostDeals() {
      stage.scene({
        deals: [
          { id: 1, count: 10, stageId: 'LOSE' },
          { id: 11, count: 10, stageId: 'NEW' },
        ],
        activities: [
          { id: 100, count: 20, completed: true, bindings: ['deal:1..20', 'contact:1..20'] },
          { id: 200, count: 20, completed: true, bindings: ['deal:1..20', 'company:1', 'contact:1'] },
          { id: 300, count: 20, completed: false, bindings: ['deal:1..20', 'contact:1..20'] },
        ],
      });
      withoutEvents(stage);
    },
    async releaseAll() {
      const { exemptions } = stage.deps;
      const exempt = await Array.fromAsync(exemptions.list(stage.member));
      for (let first = 0; first < exempt.length; first += RELEASED_AT_ONCE) {
        await exemptions.release(stage.member, exempt.slice(first, first + RELEASED_AT_ONCE));
      }
    },
    manyLostDeals(count) {
      stage.scene({
        deals: [{ id: 1, count, stageId: 'LOSE' }],
        activities: [{ id: 1, count, completed: true, bindings: [`deal:1..${count}`, 'contact:1'] }],
      });
      withoutEvents(stage);
    },
  };
}
