import type { Element } from '../../bitrix24/crm/element.ts';
import { MOST_BATCH_COMMANDS } from '../../bitrix24/limits.ts';
import type { Clock } from '../../clock.ts';
import { type Ask, NotNow, roomOf } from '../../jobs/planner.ts';
import {
  ENOUGH_REMOVALS,
  FACTS_KEPT_MS,
  MOST_FACTS_KEPT,
  MOST_SWEEP_MS,
  MOST_SWEEP_REQUESTS,
  MOST_WAITING,
} from '../policy.ts';
import type { ExemptionStore } from '../rules/exemption-store.ts';
import { KnownFacts } from '../rules/known-facts.ts';
import { type PreparedRule, prepareRule } from '../rules/prepared-rule.ts';
import type { Rule } from '../rules/rule.ts';
import { needsDirectory, type StageDirectories, type StageDirectory } from '../rules/stage-directory.ts';
import type { RunStore } from '../runs/run-store.ts';
import { decideListed } from './decide-listed.ts';
import type { GatherDeps, Gathered } from './gather-pages.ts';
import { refreshStaleState } from './refresh-stale-state.ts';
import { queriesOf, type SweepQuery } from './sweep-queries.ts';
import { sendSweepRequest } from './sweep-request.ts';
import { isCompleted, type SweepState } from './sweep-state.ts';
import { withBrought } from './sweep-volume.ts';

export type SweepDeps = {
  readonly portal: string;
  readonly rules: readonly Rule[];
  readonly ask: Ask;
  readonly stages: StageDirectories;
  readonly exemptions: ExemptionStore;
  readonly runs: Pick<RunStore, 'seen' | 'addSeen'>;
  readonly clock: Clock;
};

/** `refusal`: Bitrix24's code for the first thing that could not be read. */
export type SweepResult = { readonly state: SweepState; readonly refusal: string | null };

/** `isWithoutStages`: the stages could not be read. */
type Memory = { readonly facts: KnownFacts; readonly at: number; readonly isWithoutStages: boolean };

/** Sweeps, a few full requests at a time. In between it remembers facts of elements, and nothing else. */
export class Sweeper {
  readonly #memory = new Map<string, Memory>();

  /** Reads until there are enough removals or nothing is left. A request that cannot be made leaves the state as it was. */
  async sweep(start: SweepState, deps: SweepDeps): Promise<SweepResult> {
    const { portal, clock, runs } = deps;
    const began = clock.now();
    const rules = deps.rules.map((rule) => prepareRule(rule, began));
    const directory = await deps.stages.of(portal, deps.rules, deps.ask);
    const facts = this.#factsOf(portal, start, began, directory);
    const queries = queriesOf(rules);
    const gatherDeps: Omit<GatherDeps, 'needed'> = {
      ask: deps.ask,
      queries,
      rules,
      directory,
      facts,
      now: began,
    };

    await runs.addSeen(portal, start.seenAs, start.evaluated);
    const begin: SweepState = { ...start, evaluated: [], sources: findableSources(start, queries, directory) };
    const refreshed = await refreshStaleState(begin, { rules, ask: deps.ask, now: began });
    let current: DecidedState = await decideState(refreshed.state, rules, facts, deps);
    let refusal = directory.refusal ?? refreshed.refusal;
    for (
      let n = 0;
      n < MOST_SWEEP_REQUESTS && needsMore(current.state, deps.ask) && clock.now() - began < MOST_SWEEP_MS;
      n++
    ) {
      try {
        const { state, gathered } = await sendSweepRequest(current.state, { ...gatherDeps, needed: current.needed });
        refusal ??= gathered.refusal;
        current = await decideState(await mergeGathered(state, gathered, deps), rules, facts, deps);
      } catch (error) {
        if (n === 0 || !(error instanceof NotNow)) throw error;
        break;
      }
    }
    return { state: current.state, refusal: refusal ?? facts.refusal };
  }

  #factsOf(portal: string, { seenAs, listed }: SweepState, now: number, directory: StageDirectory): KnownFacts {
    const key = `${portal} ${seenAs}`;
    const known = this.#memory.get(key);
    const isWithoutStages = directory.refusal !== null;
    const isUsable = known !== undefined && (isWithoutStages || !known.isWithoutStages);
    if (isUsable && now - known.at < FACTS_KEPT_MS && known.facts.size < MOST_FACTS_KEPT) return known.facts;
    const facts = new KnownFacts(directory);
    // Activities that wait for many facts would wait for ever if some were forgotten before the last one arrives.
    if (isUsable)
      facts.learnFrom(
        known.facts,
        listed.flatMap(({ bindings }) => bindings),
      );
    if (known === undefined) this.#memory.clear();
    this.#memory.set(key, { facts, at: now, isWithoutStages });
    return facts;
  }
}

/** While stages are unknown, elements are not listed by them: every element would seem to be in none. */
const findableSources = ({ sources }: SweepState, queries: readonly SweepQuery[], { refusal }: StageDirectory) =>
  sources.filter(({ query }) => refusal === null || !queries[query]?.rules.some(({ rule }) => needsDirectory(rule)));

type DecidedState = { readonly state: SweepState; readonly needed: readonly Element[] };

/** On a slow portal, removals that fill a request are done before more is read. */
function needsMore(state: SweepState, ask: Ask): boolean {
  const room = roomOf(ask);
  const enough = room < MOST_BATCH_COMMANDS ? room : ENOUGH_REMOVALS;
  return state.decided.length < enough && !isCompleted(state);
}

/** Adds what a request has brought; activities that the run has already met are left out. */
async function mergeGathered(state: SweepState, gathered: Gathered, { portal, runs }: SweepDeps): Promise<SweepState> {
  const known = new Set([...state.candidates, ...state.listed, ...gathered.listed].map(({ id }) => id));
  for (const id of state.evaluated) known.add(id);
  const fresh = new Map(gathered.candidates.filter(({ id }) => !known.has(id)).map((one) => [one.id, one]));
  const seen = await runs.seen(portal, state.seenAs, [...fresh.keys()]);
  const candidates = [...fresh.values()].filter(({ id }) => !seen.has(id));
  const beginning = gathered.chunks.filter(({ above }) => above === 0);
  const perPage = candidates.length / Math.max(1, gathered.activityPages);
  return {
    ...state,
    sources: [...state.sources, ...gathered.sources],
    // Chunks that are begun are finished first.
    chunks: [...gathered.chunks.filter(({ above }) => above > 0), ...state.chunks, ...beginning],
    candidates: [...state.candidates, ...candidates],
    listed: [...state.listed, ...gathered.listed],
    yield: gathered.activityPages > 0 ? state.yield * 0.6 + perPage * 0.4 : state.yield,
    volume: withBrought(state.volume, {
      spans: gathered.spans,
      elements: beginning,
      candidates: candidates.flatMap(({ id }) => gathered.origins.get(id) ?? []),
    }),
  };
}

async function decideState(
  state: SweepState,
  rules: readonly PreparedRule[],
  facts: KnownFacts,
  { portal, exemptions, clock }: SweepDeps,
): Promise<DecidedState> {
  const now = clock.now();
  const { listed, needed, decided, evaluated, exempt } = await decideListed(state.listed, {
    portal,
    rules,
    facts,
    exemptions,
    now,
    most: MOST_WAITING.decided - state.decided.length,
  });
  return {
    needed,
    state: {
      ...state,
      listed,
      decided: [...state.decided, ...decided],
      resumedAt: now,
      evaluated: [...state.evaluated, ...evaluated],
      evaluatedCount: state.evaluatedCount + evaluated.length,
      exemptCount: state.exemptCount + exempt,
    },
  };
}
