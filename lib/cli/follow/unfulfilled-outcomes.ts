import { elementName } from '../../bitrix24/crm/parse-element.ts';
import { SKIP_CODES } from '../../cleanup/runs/skip-code.ts';
import type { Counts } from '../../jobs/job.ts';
import type { Outcome, Status } from '../../jobs/outcome.ts';
import { EXAMPLES_OF_A_REASON, PAGE_OF_RECORDS } from '../policy.ts';
import { commandAdvice } from '../shared/advice.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { grouped } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import { paintStatus } from '../terminal/paint-status.ts';
import type { Column } from '../terminal/text-table.ts';

/** Outcomes of a run that are not what was asked for, with the same status and code. */
type Unfulfilled = {
  readonly run: string;
  readonly status: Status;
  readonly code: string | null;
  readonly count: number;
  /** What the code means, and what can be done. */
  readonly meaning: string | null;
  /** Some of them, as `999 and deal:1`. */
  readonly examples: readonly string[];
};

const COLUMNS: readonly Column<Unfulfilled>[] = [
  { title: 'COUNT', text: ({ count }) => grouped(count), align: 'right' },
  { title: 'STATUS', text: ({ status }) => status, paint: (text, { status }) => paintStatus(status, text) },
  { title: 'CODE', text: ({ code }) => code ?? '' },
  { title: 'SUCH AS', text: ({ examples }) => examples[0] ?? '' },
  { title: 'WHAT IT MEANS', text: ({ meaning }) => meaning ?? '', explains: true },
];

const FULFILLED: ReadonlySet<Status> = new Set(['unbound', 'already_unbound', 'bound', 'already_bound']);

export const countUnfulfilled = (counts: Counts, accepted: readonly Status[] = []): number =>
  Object.entries(counts).reduce(
    (sum, [status, count]) =>
      FULFILLED.has(status as Status) || accepted.includes(status as Status) ? sum : sum + count,
    0,
  );

/** Why bindings are not as was asked for, one row per reason, the most frequent first. */
export async function showUnfulfilled(portal: string, run: string, deps: CommandContext, out: Out): Promise<void> {
  const reasons = new Map<string, Outcome[]>();
  const counts = new Map<string, number>();
  for await (const outcome of outcomesOf(portal, run, deps)) {
    if (FULFILLED.has(outcome.status)) continue;
    const key = `${outcome.status} ${outcome.code}`;
    const examples = reasons.get(key) ?? [];
    if (examples.length < EXAMPLES_OF_A_REASON) reasons.set(key, [...examples, outcome]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const rows = [...reasons].flatMap(([key, examples]) => {
    const [first] = examples;
    if (first === undefined) return [];
    const { status, code } = first;
    const count = counts.get(key) ?? 0;
    return [{ run, status, code, count, meaning: meaningOf(code, portal, out), examples: examples.map(nameOf) }];
  });
  out.table(
    rows.sort((one, other) => other.count - one.count),
    COLUMNS,
  );
}

async function* outcomesOf(portal: string, run: string, { stores }: CommandContext): AsyncGenerator<Outcome> {
  for (let after: string | null = null; ; ) {
    const page: Outcome[] = await stores.outcomes.pageOfJob(portal, run, after, PAGE_OF_RECORDS);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

const nameOf = (outcome: Outcome): string => `${outcome.activityId} and ${elementName(outcome)}`;

const meaningOf = (code: string | null, portal: string, out: Out): string | null =>
  code !== null && Object.hasOwn(SKIP_CODES, code)
    ? SKIP_CODES[code as keyof typeof SKIP_CODES]
    : commandAdvice(code, portal, out);
